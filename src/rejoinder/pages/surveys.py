"""`/s/{alias}` and `/s/{alias}/{token}`: a survey, or why it cannot be answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from rejoinder.core.public import PublicPage, public_page
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import Reply
from rejoinder.pages.shell import Shell, data_block, prefix
from rejoinder.pages.texts import Words, chosen_language, words

STATUS = {"not_yet": 403, "personal_only": 403, "closed": 410, "full": 410, "answered": 410}
"""What a survey that cannot be answered is to HTTP."""
OURS = ("lang", "c")
"""Query parameters that are not hidden fields."""
MAX_HIDDEN, MAX_HIDDEN_TEXT = 100, 2_000
SCRIPT_NOTICES = (*STATUS, "thanks", "unsent", "unsaved", "saved")
"""Which of the words that end in `_title` and `_text` the script says too; the others are for whole pages."""


def showing(shell: Shell) -> Callable[[Call], Reply]:
    """The handler of both addresses."""

    def show(call: Call) -> Reply:
        reference, token = call.params["alias"], call.params.get("token")
        collector = next((value for name, value in call.query if name == "c"), None)
        page = public_page(call.unit.session, reference, call.now, token, collector)
        language = chosen_language(call, page.languages, page.language)
        title = in_language(page.title, language, page.languages[0])
        if page.state != "open":
            text = in_language(page.settings.closed_texts, language, page.languages[0])
            own = text if page.state in ("closed", "full") else ""
            return shell.notice(call, STATUS[page.state], page.state, language, own, title)
        return shell.page(
            call,
            "survey.html",
            language,
            title=title,
            languages=[(code, words(code)["name"] if _speaks(code) else code) for code in page.languages],
            data=data_block(_data(call, page, language, token, collector)),
        )

    return show


def in_language(texts: dict[str, str], language: str, own: str) -> str:
    """A text in a language, in the survey's own, or in any."""
    return texts.get(language) or texts.get(own) or next(iter(texts.values()), "")


def hidden_fields(call: Call) -> dict[str, str]:
    """What the address says about the respondent: the query without what is ours, the first of each name."""
    found: dict[str, str] = {}
    for name, value in call.query:
        if name and name not in OURS and len(found) < MAX_HIDDEN and len(value) <= MAX_HIDDEN_TEXT:
            found.setdefault(name[:200], value)
    return found


def _data(
    call: Call, page: PublicPage, language: str, token: str | None, collector: str | None
) -> dict[str, Any]:
    """All that the script has to know."""
    base = prefix(call)
    reference = quote(page.reference, safe="")
    return {
        "definition": msgspec.Raw(page.definition),
        "version": page.version,
        "api": f"{base}/rejoinder/v1/surveys/{reference}",
        "page": f"{base}/s/{reference}",
        "token": token,
        "collector": collector,
        "hidden": hidden_fields(call),
        "language": language,
        "languages": page.languages,
        "answers": page.answers,
        "at": page.page,
        "thanks_url": page.settings.thanks_url,
        "words": {code: script_words(words(code)) for code in page.languages},
    }


def script_words(said: Words) -> Words:
    """Those of our words that the script of a survey says."""
    return {
        key: text
        for key, text in said.items()
        if not key.endswith(("_title", "_text")) or key.rpartition("_")[0] in SCRIPT_NOTICES
    }


def _speaks(language: str) -> bool:
    return words(language) is not words("en") or language.lower().startswith("en")
