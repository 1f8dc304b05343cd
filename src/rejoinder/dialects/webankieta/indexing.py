"""Let labels that are searched for be indexed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from rejoinder.core.indexing import ask_for_index
from rejoinder.core.surveys import open_survey
from rejoinder.kernel.call import Call
from rejoinder.store.session import Session


def index_later(call: Call, reference: str, names: Sequence[str]) -> None:
    """After this answer, let a job index variables of a survey, each alone, for the next search."""
    if not names:
        return
    unit, survey = call.unit, str(open_survey(call.unit, reference).id)

    def ask(session: Session) -> Any:
        for name in names:
            ask_for_index(structs.replace(unit, session=session), survey, [name])

    call.afterwards = ask
