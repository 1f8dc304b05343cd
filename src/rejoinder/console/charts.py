"""Charts as data: options for ECharts, and the same numbers as a table for those who cannot see a picture.

Colours are names of the style sheet (`@chart-1`, `@chart-good`), so that they follow the theme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Format = Literal["number", "percent"]
Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """What `ui.chart` draws. `columns` and `rows` are its table, the first column the names of the rows."""

    option: dict[str, Any]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    format: Format = "number"


def bars(
    label: str,
    names: Sequence[str],
    series: Mapping[str, Numbers],
    *,
    format: Format = "number",
    flat: bool = False,
    stacked: bool = False,
    colours: Sequence[str] = (),
) -> Chart:
    """Bars for each name.

    Parameters: `label` — of the names' column; `series` — what is drawn → a number for each name; `flat` —
    bars lie, for long names; `stacked` — series on top of each other; `colours` — for the series in order.
    """
    names_axis = {"type": "category", "data": list(names), "inverse": flat}
    numbers_axis = {"type": "value"} | (
        {"max": 1, "interval": 0.25} if stacked and format == "percent" else {}
    )
    drawn = [
        {"type": "bar", "name": name, "data": list(values), "barMaxWidth": 28}
        | ({"stack": "all"} if stacked else {"itemStyle": {"borderRadius": 3}})
        | ({"color": colours[place]} if place < len(colours) else {})
        for place, (name, values) in enumerate(series.items())
    ]
    option = {
        "xAxis": numbers_axis if flat else names_axis,
        "yAxis": names_axis if flat else numbers_axis,
        "series": drawn,
    }
    return _chart(option, label, names, series, format)


def lines(
    label: str,
    names: Sequence[str],
    series: Mapping[str, Numbers],
    *,
    format: Format = "number",
    area: bool = False,
    colours: Sequence[str] = (),
) -> Chart:
    """Lines over names in their order, mostly dates. Parameters: as of `bars`; `area` — filled below."""
    drawn = [
        {
            "type": "line",
            "name": name,
            "data": list(values),
            "showSymbol": len(names) < 40,
            "symbolSize": 5,
            "lineStyle": {"width": 2},
            "connectNulls": False,
        }
        | ({"areaStyle": {"opacity": 0.12}} if area else {})
        | ({"color": colours[place]} if place < len(colours) else {})
        for place, (name, values) in enumerate(series.items())
    ]
    option = {
        "xAxis": {"type": "category", "data": list(names), "boundaryGap": False},
        "yAxis": {"type": "value"},
        "series": drawn,
    }
    return _chart(option, label, names, series, format)


def _chart(
    option: dict[str, Any], label: str, names: Sequence[str], series: Mapping[str, Numbers], format: Format
) -> Chart:
    if len(series) > 1:
        option["legend"] = {}
    rows = tuple(zip(names, *series.values(), strict=True))
    return Chart(option, (label, *series), rows, format)
