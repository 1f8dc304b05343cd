"""`/preview`: the page of a survey without any survey in it.

The console shows it in a frame and hands it the definition that somebody is working on. It knows nothing of
any survey, so it asks nobody who they are; only our own pages may show it.
"""

from __future__ import annotations

from typing import Any

from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import Reply
from rejoinder.pages.shell import Shell, data_block
from rejoinder.pages.surveys import script_words
from rejoinder.pages.texts import FALLBACK, catalogue, chosen_language, words


def previewing() -> Endpoint:
    """The endpoint; its page may stand in no frame but ours, whatever the settings say."""
    shell = Shell()

    def show(call: Call) -> Reply:
        spoken = (FALLBACK, *(code for code in catalogue() if code != FALLBACK))
        language = chosen_language(call, spoken)
        data: dict[str, Any] = {
            "preview": True,
            "hidden": {},
            "language": language,
            "languages": spoken,
            "words": {code: script_words(words(code)) for code in spoken},
        }
        return shell.page(call, "survey.html", language, title="", languages=[], data=data_block(data))

    return Endpoint(
        method="GET",
        path="/preview",
        handler=show,
        where=Where.INLINE,
        scope=None,
        database=False,
        summary="A survey that is being made, for the console's frame",
        produces=("text/html",),
    )
