"""A question's counted answers as a card: a chart fit for its type, figures, and the numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from rejoinder.console.charts import Chart, bars, lines
from rejoinder.console.periods import begin_of, begins_of, heading_of, names_of, step_of
from rejoinder.console.speech import _, date_text, ngettext, number_text, percent_text
from rejoinder.console.surveys.values import Reader
from rejoinder.core.results.measures import Measure, measure, scores_of
from rejoinder.model.results import Numbers, Question
from rejoinder.model.survey import Kind, Variable

MOST_BARS, MOST_BINS = 30, 24
_GRADES = ("@chart-bad", "@chart-3", "@chart-middle", "@chart-7", "@chart-good")


@dataclass
class Card:
    """What is shown of a question.

    `height` — of its chart: xs, s, m or l; `texts` — whether its answers are worth reading.
    """

    name: str
    title: str
    base: str
    chart: Chart | None = None
    height: str = "m"
    figures: list[tuple[str, str, str]] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""
    texts: bool = False


def card_of(reader: Reader, variable: Variable, question: Question) -> Card:
    """The card of one question."""
    said = ngettext("%(num)s answer", "%(num)s answers", question.base)
    card = Card(variable.name, reader.title(variable), said)
    if not question.base:
        return card
    if variable.kind is Kind.RANKING:
        _ranking(card, reader, variable, question)
    elif variable.kind is Kind.TEXT:
        _words(card, question)
    elif variable.kind is Kind.GRID_3D or (variable.fields and not question.row_numbers):
        _grid(card, reader, variable, question)
    elif question.row_numbers:
        _amounts(card, reader, variable, question)
    elif question.numbers is not None:
        _numbers(card, question.numbers)
    elif variable.kind is Kind.DATETIME:
        _dates(card, question)
    else:
        _choices(card, reader, variable, question)
    if (found := measure(variable, question)) is not None:
        card.figures = [figure(found), *card.figures]
    return card


def figure(found: Measure) -> tuple[str, str, str]:
    """Name, value and margin of a figure."""
    if found.name == "nps":
        margin = _("± %(margin)s", margin=number_text(found.margin, 1))
        return _("NPS"), number_text(found.value, 0), margin
    if found.name == "csat":
        margin = _("± %(margin)s", margin=percent_text(found.margin, 1))
        return _("CSAT"), percent_text(found.value), margin
    name = _("CES") if found.name == "ces" else _("Mean")
    return name, number_text(found.value, 2), _("± %(margin)s", margin=number_text(found.margin, 2))


def _choices(card: Card, reader: Reader, variable: Variable, question: Question) -> None:
    labels = _labels(reader, variable, question.counts)
    if variable.options and len(labels) > MOST_BARS:
        order = sorted(labels, key=lambda code: -question.counts.get(code, 0))[:MOST_BARS]
        labels = {code: labels[code] for code in order}
        card.note = _("The %(num)s most frequent answers.", num=number_text(MOST_BARS))
    names, counts = list(labels.values()), [question.counts.get(code, 0) for code in labels]
    shares = [count / question.base for count in counts]
    scale = bool(scores_of(variable)) and 4 <= len(labels) <= 11 and max(map(len, names)) < 12
    card.chart = bars(_("Answer"), names, {_("Share"): shares}, format="percent", flat=not scale)
    card.chart = Chart(card.chart.option, format="percent")
    if not scale:
        _say_numbers(card.chart)
    if variable.metric == "nps":
        _colour(card.chart, [_nps_colour(scores_of(variable).get(code, 0)) for code in labels])
    card.height = "m" if scale else _height(len(names))
    card.columns = (_("Answer"), _("Answers"), _("Share"))
    card.rows = [
        (name, number_text(count), percent_text(share, 1))
        for name, count, share in zip(names, counts, shares, strict=True)
    ]
    if variable.metric == "nps" and (found := measure(variable, question)) and found.parts:
        against, between, fond = (percent_text(part) for part in found.parts)
        card.figures += [
            (_("Promoters"), fond, ""),
            (_("Passives"), between, ""),
            (_("Detractors"), against, ""),
        ]


def _nps_colour(score: float) -> str:
    return "@chart-bad" if score <= 6 else "@chart-good" if score >= 9 else "@chart-middle"


def _colour(chart: Chart, colours: Sequence[str]) -> None:
    (series,) = chart.option["series"]
    series["data"] = [
        {"value": value, "itemStyle": {"color": colour, "borderRadius": 3}}
        for value, colour in zip(series["data"], colours, strict=True)
    ]


def _say_numbers(chart: Chart) -> Chart:
    """Write its number at the end of each lying bar, in place of an axis."""
    (series,) = chart.option["series"]
    series["label"] = {"show": True, "position": "right", "color": "@text"}
    chart.option["xAxis"] |= {"axisLabel": {"show": False}, "splitLine": {"show": False}}
    chart.option["grid"] = {"right": 56}
    return chart


def _labels(reader: Reader, variable: Variable, counts: dict[str, int]) -> dict[str, str]:
    if variable.kind is Kind.BOOLEAN:
        return {"1": _("Yes"), "0": _("No")}
    labels = reader.labels(variable)
    more = [code for code in counts if code not in labels][: MOST_BARS - len(labels)] if not labels else []
    return labels | {code: code for code in more}


def _grid(card: Card, reader: Reader, variable: Variable, question: Question) -> None:
    """Rows of shares on top of each other; of a grid of unlike columns, a row for each of row and column."""
    fields = {field.code: reader.field(field) for field in variable.fields}
    options: dict[str, str] = reader.labels(variable)
    rows: list[tuple[str, dict[str, int]]] = []
    for code, counts in question.rows.items():
        row, _dot, column = code.partition(".") if code not in fields else (code, "", "")
        inner = reader.variables.get(column)
        if inner is not None:
            options = options | {c: c for c in counts} | reader.labels(inner)
            rows.append((f"{fields.get(row, row)}: {reader.title(inner)}", counts))
        else:
            rows.append((fields.get(row, row), counts))
    if not options:
        options = {code: code for _name, counts in rows for code in counts}
    if variable.kind is Kind.BOOLEAN:
        options = {"1": _("Yes"), "0": _("No")}
    options = dict(list(options.items())[:12])
    many = variable.kind is Kind.MULTI_GRID
    totals = [question.base if many else sum(counts.values()) for _name, counts in rows]
    names = [name for name, _counts in rows]
    series = {
        label: [
            counts.get(code, 0) / total if total else 0
            for (_n, counts), total in zip(rows, totals, strict=True)
        ]
        for code, label in options.items()
    }
    chart = bars(
        _("Row"),
        names,
        series,
        format="percent",
        flat=True,
        stacked=not many,
        colours=_grades(variable, len(options)),
    )
    card.chart, card.height = (
        Chart(chart.option, format="percent"),
        _height(len(names) * (len(options) if many else 1) + 1),
    )
    card.columns = (_("Row"), *options.values(), _("Answers"))
    card.rows = [
        (name, *(number_text(counts.get(code, 0)) for code in options), number_text(total))
        for (name, counts), total in zip(rows, totals, strict=True)
    ]


def _grades(variable: Variable, count: int) -> Sequence[str]:
    """Colours from bad to good, for scales."""
    if not scores_of(variable) or not 2 <= count <= len(_GRADES):
        return ()
    last = len(_GRADES) - 1
    return [_GRADES[round(n * last / (count - 1))] for n in range(count)]


def _ranking(card: Card, reader: Reader, variable: Variable, question: Question) -> None:
    fields = {field.code: reader.field(field) for field in variable.fields}
    means: list[tuple[float, str, int, int]] = []
    for code, name in fields.items():
        ranks = {int(rank): n for rank, n in question.rows.get(code, {}).items() if rank.isdecimal()}
        total = sum(ranks.values())
        if total:
            means.append((sum(rank * n for rank, n in ranks.items()) / total, name, ranks.get(1, 0), total))
    means.sort()
    names = [name for _mean, name, _first, _total in means]
    firsts = [first / total for _mean, _name, first, total in means]
    chart = bars(_("Item"), names, {_("First places"): firsts}, format="percent", flat=True)
    card.chart, card.height = _say_numbers(Chart(chart.option, format="percent")), _height(len(names))
    card.note = _("The share of those who put each item first; the best mean rank is at the top.")
    card.columns = (_("Item"), _("Mean rank"), _("First places"), _("Share"))
    card.rows = [
        (name, number_text(mean, 2), number_text(first), percent_text(first / total, 1))
        for mean, name, first, total in means
    ]


def _amounts(card: Card, reader: Reader, variable: Variable, question: Question) -> None:
    """Several numbers: their means."""
    fields = {field.code: reader.field(field) for field in variable.fields}
    found = [
        (fields.get(code, code), numbers) for code, numbers in question.row_numbers.items() if numbers.count
    ]
    means = {_("Mean"): [numbers.mean for _name, numbers in found]}
    chart = bars(_("Row"), [name for name, _numbers in found], means, flat=True)
    card.chart, card.height = _say_numbers(Chart(chart.option)), _height(len(found))
    card.columns = (_("Row"), _("Answers"), _("Mean"), _("Least"), _("Greatest"))
    card.rows = [
        (name, number_text(n.count), number_text(n.mean, 2), number_text(n.least), number_text(n.greatest))
        for name, n in found
    ]


def _numbers(card: Card, numbers: Numbers) -> None:
    """A histogram, with bins wide enough that there are not too many."""
    first, last = min(numbers.bins), max(numbers.bins)
    step = max(1, -(-(last - first + 1) // MOST_BINS))
    starts = range(first // step * step, last + 1, step)
    merged = dict.fromkeys(starts, 0)
    for start, count in numbers.bins.items():
        merged[start // step * step] += count
    width = numbers.width * step
    names = [_bin(start * numbers.width, width) for start in starts]
    counts = list(merged.values())
    card.chart = Chart(bars(_("Value"), names, {_("Answers"): counts}).option)
    if width != 1:
        card.note = _("The upper end of each range belongs to the next one.")
    card.figures = [
        (_("Mean"), number_text(numbers.mean, 2), ""),
        (_("Deviation"), number_text(numbers.deviation, 2), ""),
        (_("Least"), number_text(numbers.least), ""),
        (_("Greatest"), number_text(numbers.greatest), ""),
    ]
    card.columns = (_("Value"), _("Answers"), _("Share"))
    card.rows = [
        (name, number_text(count), percent_text(count / numbers.count, 1))
        for name, count in zip(names, counts, strict=True)
    ]


def _bin(low: float, width: float) -> str:
    begin = number_text(round(low, 6))
    if width == 1:
        return begin
    return _("%(low)s to %(high)s", low=begin, high=number_text(round(low + width, 6)))


def _dates(card: Card, question: Question) -> None:
    days = [(date.fromisoformat(f"{day}-01"[:10]), count) for day, count in question.counts.items()]
    first, last = min(days)[0], max(days)[0]
    step = step_of(first, last)
    counts = dict.fromkeys(begins_of(first, last, step), 0)
    for day, count in days:
        begin = begin_of(day, step)
        counts[begin] = counts.get(begin, 0) + count
    heading, begins = heading_of(step), [*counts]
    series = {_("Answers"): list(counts.values())}
    card.chart = Chart(lines(heading, names_of(begins, step), series, area=True).option)
    card.columns = (heading, _("Answers"))
    skeleton = {"month": "yMMMM", "year": "y"}.get(step, "yMMMd")
    card.rows = [(date_text(day, skeleton), number_text(n)) for day, n in counts.items() if n]


def _words(card: Card, question: Question) -> None:
    card.texts = not question.whole
    if not question.counts:
        return
    most = list(question.counts.items())[:15]
    what, counted = (_("Answer"), _("Answers")) if question.whole else (_("Word"), _("Texts"))
    chart = bars(what, [said for said, _n in most], {counted: [n for _s, n in most]}, flat=True)
    card.chart, card.height = _say_numbers(Chart(chart.option)), _height(len(most))
    card.columns = (what, counted, _("Share"))
    card.rows = [
        (word, number_text(n), percent_text(n / question.base, 1)) for word, n in question.counts.items()
    ]


def _height(bars_drawn: int) -> str:
    return "xs" if bars_drawn <= 2 else "s" if bars_drawn <= 4 else "m" if bars_drawn <= 9 else "l"


def by_day(days: dict[str, int]) -> Chart | None:
    """How many completed on each day, or in each week or month where there are many days."""
    question = Question(sum(days.values()), days)
    if len(days) < 2:
        return None
    card = Card("", "", "")
    _dates(card, question)
    return card.chart
