"""Record values → SurveyJS data: what a page shows again to people who come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rejoinder.files.answers.level import restore_group
from rejoinder.files.answers.questionnaire import Questionnaire


def restore_answers(questionnaire: Questionnaire, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that give these values when they are checked: the inverse of `check_answers`.

    Parameters: `values` — canonical values of a record; what belongs to no question is left out.
    """
    data: dict[str, Any] = {}
    for page in questionnaire.pages:
        restore_group(page, values, data)
    return data
