"""`/v1.0/question` (003, "Question")."""

from __future__ import annotations

from rejoinder.core.surveys import survey_asking
from rejoinder.dialects.surveykiwi.parameters import Parameters
from rejoinder.dialects.surveykiwi.wire import questions_of_survey
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply, json_reply
from rejoinder.model.problems import Invalid

PARAMETERS = ("id",)


def read_question(call: Call) -> Reply:
    """One question with its options (003, "Detalles de una pregunta")."""
    given = Parameters(call, PARAMETERS)
    given.needed("id")
    number = given.number("id", 0, 1, 2**53)
    survey = survey_asking(call.unit, number)
    found = questions_of_survey(call.unit, survey, options=True, only=number) if survey else []
    if not found:
        raise Invalid("Esta pregunta no te pertenece")
    return json_reply(found[0])
