"""What a plan makes of a table, as lines for people; printing is the caller's."""

from __future__ import annotations

import msgspec

from rejoinder.files.plan import Plan, Target


class SummaryLine(msgspec.Struct, frozen=True):
    """One variable of a plan.

    `parts` says how many options and fields it has ("6 options", "14 × 6", ""); `filled` is the share of
    rows with a value in percent, None when rows were not counted; `columns` counts the table's columns.
    """

    name: str
    kind: str
    role: str
    parts: str
    filled: float | None
    columns: int
    title: str


def summary(plan: Plan, width: int = 60) -> list[SummaryLine]:
    """Return a line for each variable, titles cut to `width` characters."""
    return [_line(target, plan, width) for target in plan.targets]


def _line(target: Target, plan: Plan, width: int) -> SummaryLine:
    variable = target.variable
    title = variable.titles.get(plan.language) or next(iter(variable.titles.values()), "")
    return SummaryLine(
        name=variable.name,
        kind=str(variable.kind),
        role=target.role,
        parts=_parts(len(variable.fields), len(variable.options)),
        filled=round(100 * target.filled / plan.rows, 1) if plan.rows else None,
        columns=len(target.sources),
        title=title if len(title) <= width else title[: max(width - 1, 0)] + "…",
    )


def _parts(fields: int, options: int) -> str:
    if fields and options:
        return f"{fields} × {options}"
    return f"{options} options" if options else f"{fields} fields" if fields else ""
