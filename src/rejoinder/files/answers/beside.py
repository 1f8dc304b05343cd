"""The texts beside an answer: what "other" is, and comment boxes.

SurveyJS keeps both under `<name>-Comment`; with `storeOthersAsComment` off, the text of "other" is the
answer itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rejoinder.files.answers.builder import Builder, whole
from rejoinder.files.answers.choices import OTHER, is_free, plain
from rejoinder.files.answers.codes import key_of
from rejoinder.files.answers.expressions.values import is_empty
from rejoinder.files.answers.level import COMMENT
from rejoinder.files.answers.run import Aside, Run, Wrong
from rejoinder.files.answers.texts import as_text, clean
from rejoinder.files.surveyjs_reading import At, Element
from rejoinder.model.survey import Variable

Restore = Callable[[Mapping[str, Any], dict[str, Any]], None]


def aside_of(
    builder: Builder, element: Element, at: At, key: str, variable: Variable | None
) -> tuple[Aside | None, Restore | None]:
    """How the texts beside a question's answer are taken, and restored; None when it has none."""
    other, comment = (builder.variable(f"{at.place}.{ending}") for ending in ("other", "comment"))
    if other is None and comment is None:
        return None, None
    words = {name: text.name for name, text in (("other", other), ("comment", comment)) if text is not None}
    longest = whole(element, "maxCommentLength", "maxOthersLength") or whole(
        builder.document, "maxCommentLength", "maxOthersLength"
    )
    free = (
        frozenset(option.code for option in variable.options)
        if variable and is_free(builder, element)
        else None
    )
    return (
        _taker(
            key,
            variable.name if variable else "",
            words,
            free,
            min(longest or 100_000, 100_000),
            builder.texts(element, "otherErrorText"),
        ),
        _restorer(key, words, free),
    )


def _taker(
    key: str,
    name: str,
    words: Mapping[str, str],
    free: frozenset[str] | None,
    longest: int,
    texts: Mapping[str, str],
) -> Aside:
    other, comment = words.get("other"), words.get("comment")

    def take(run: Run, raw: Any, data: Mapping[str, Any], place: str, out: dict[str, Any]) -> None:
        written = data.get(key + COMMENT)
        is_other = other is not None and _says_other(out.get(name))
        own = _own(raw, free) if is_other and free is not None else ""
        try:
            text = "" if is_empty(written) else as_text(written, longest)
            if own and other:
                out[other] = as_text(own, longest)
                is_other = False
            if is_other and not text.strip():
                if run.demanding:
                    raise Wrong("required_other", texts=texts)
            elif text.strip() and (found := other if is_other else comment):
                out[found] = text
            elif text:
                run.drop(place + COMMENT)
        except Wrong as wrong:
            run.refuse(place, wrong)

    return take


def _says_other(value: Any) -> bool:
    """Whether "other" is among the choices of a canonical value."""
    return bool(value == OTHER or (isinstance(value, Mapping) and OTHER in value.get("true", ())))


def _own(raw: Any, free: frozenset[str]) -> str:
    """The texts among the choices that are nobody's codes; one line for each of several."""
    chosen = [plain(part) for part in (raw if isinstance(raw, list) else [raw])]
    texts = [clean(part) for part in chosen if isinstance(part, str) and key_of(part) not in free]
    return "\n".join(" ".join(text.split()) for text in texts if text.strip())


def _restorer(key: str, words: Mapping[str, str], free: frozenset[str] | None) -> Restore:
    other, comment = words.get("other"), words.get("comment")

    def restore(values: Mapping[str, Any], data: dict[str, Any]) -> None:
        text = values.get(other) if other else None
        if text is not None and free is not None and key in data:
            raw = data[key]
            own = text.split("\n") if isinstance(raw, list) else [text]
            if all(line.strip() and key_of(line) not in free for line in own):
                data[key] = [part for part in raw if part != OTHER] + own if isinstance(raw, list) else text
                text = None
        if text is None and comment:
            text = values.get(comment)
        if text is not None:
            data[key + COMMENT] = text

    return restore


def display_of(builder: Builder, variable: Variable | None, element: Element) -> Callable[[Any], str]:
    """What people see for an answer, in the survey's own language."""
    texts = {o.code: o.texts.get(builder.own, o.code) for o in (variable.options if variable else ())}
    texts |= {f.code: f.texts.get(builder.own, f.code) for f in (variable.fields if variable else ())}
    return lambda value: texts.get(key_of(value), key_of(value))
