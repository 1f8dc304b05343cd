"""The functions of SurveyJS expressions, as its documentation ("Built-in Functions") lists them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from rejoinder.files.answers.expressions.dates import later, local_now, moment_of, months_between, today
from rejoinder.files.answers.expressions.operators import plus, weight
from rejoinder.files.answers.expressions.scope import World
from rejoinder.files.answers.expressions.values import NAN, is_above, is_empty, is_true, number_of

Function = Callable[[World, list[Any]], Any]
_UNITS = {"hours": 3600, "minutes": 60, "seconds": 1}
_MOST_VALUES = 20_000


def _flat(world: World, value: Any, found: list[Any]) -> list[Any]:
    """All values inside lists; texts that spell numbers become numbers, blanks are left out."""
    world.spend(1)
    if isinstance(value, list):
        for part in value[:_MOST_VALUES]:
            _flat(world, part, found)
    elif value is not None:
        number = number_of(value)
        found.append(value if number is None else number)
    return found


def _sum(world: World, args: list[Any]) -> Any:
    total: Any = 0
    for value in _flat(world, args, []):
        total = plus(total, value)
    return total


def _extreme(above: bool) -> Function:
    def pick(world: World, args: list[Any]) -> Any:
        found = None
        for value in _flat(world, args, []):
            if found is None or (is_above(value, found) if above else is_above(found, value)):
                found = value
        return found

    return pick


def _average(world: World, args: list[Any]) -> Any:
    total, count = number_of(_sum(world, args)), len(_flat(world, args, []))
    if not count:
        return 0
    return NAN if total is None else total / count


def _round(world: World, args: list[Any]) -> Any:
    number, digits = _number_and_digits(world, args)
    if number is None or digits is None:
        return NAN
    power = 10.0**digits
    return math.floor(number * power * (1 + 2**-52) + 0.5) / power


def _truncate(world: World, args: list[Any]) -> Any:
    number, digits = _number_and_digits(world, args)
    if number is None or digits is None:
        return NAN
    power = 10.0**digits
    return math.trunc(number * power * (1 + 2**-52)) / power


def _number_and_digits(world: World, args: list[Any]) -> tuple[float | None, int | None]:
    values = _flat(world, args, [])
    number = number_of(values[0]) if values else None
    digits = number_of(values[1]) if len(values) > 1 else 0
    if number is None or abs(number) > 1e100 or digits is None or abs(digits) > 20:
        return None, None
    return float(number), int(digits)


def _age(world: World, args: list[Any]) -> Any:
    born = moment_of(_arg(args, 0), world.now) if is_true(_arg(args, 0)) else None
    unit = _arg(args, 1) or "years"
    return None if born is None else _apart(born, local_now(world.now), unit)


def _date_diff(world: World, args: list[Any]) -> Any:
    first, last = moment_of(_arg(args, 0), world.now), moment_of(_arg(args, 1), world.now)
    unit = _arg(args, 2) or "days"
    if first is None or last is None:
        return None
    if seconds := _UNITS.get(unit) if isinstance(unit, str) else None:
        return math.ceil(abs((last - first).total_seconds()) / seconds)
    return _apart(first, last, unit)


def _apart(first: datetime, last: datetime, unit: Any) -> int:
    if unit == "days":
        return abs((last.date() - first.date()).days)
    months = months_between(first, last)
    return months if unit == "months" else int(months / 12)


def _diff_days(world: World, args: list[Any]) -> Any:
    first, last = moment_of(_arg(args, 0), world.now), moment_of(_arg(args, 1), world.now)
    return 0 if first is None or last is None else _apart(first, last, "days")


def _date_add(world: World, args: list[Any]) -> Any:
    moment, unit = moment_of(_arg(args, 0), world.now), _arg(args, 2) or "days"
    units = ("days", "months", "years", "hours", "minutes", "seconds")
    if moment is None or unit not in units:
        return moment
    return later(moment, _arg(args, 1), unit)


def _today(world: World, args: list[Any]) -> Any:
    return later(today(world.now), _arg(args, 0), "days") if args else today(world.now)


def _part(of: Callable[[datetime], int]) -> Function:
    """A part of the date that is given, or of today."""

    def take(world: World, args: list[Any]) -> Any:
        given = _arg(args, 0)
        moment = moment_of(given, world.now) if is_true(given) else today(world.now)
        return NAN if moment is None else of(moment)

    return take


def _get_date(world: World, args: list[Any]) -> Any:
    return moment_of(_arg(args, 0), world.now) if is_true(_arg(args, 0)) else None


def _get_year(world: World, args: list[Any]) -> Any:
    moment = moment_of(_arg(args, 0), world.now)
    return None if moment is None else moment.year


def _substring(_world: World, args: list[Any]) -> Any:
    text, start, end = _arg(args, 0), number_of(_arg(args, 1)), number_of(_arg(args, 2))
    if not isinstance(text, str) or start is None:
        return ""
    first = min(max(int(start), 0), len(text))
    last = len(text) if end is None else min(max(int(end), 0), len(text))
    return text[min(first, last) : max(first, last)]


def _display(world: World, args: list[Any]) -> Any:
    name = _arg(args, 0)
    show = world.displays.get(name.lower()) if isinstance(name, str) else None
    if show is None or not isinstance(name, str):
        return None
    given = _arg(args, 1)
    value = world.values.get(name) if is_empty(given) else given
    world.spend(weight(value))
    return ", ".join(map(show, value)) if isinstance(value, list) else show(value)


def _comment(world: World, args: list[Any]) -> Any:
    name = _arg(args, 0)
    return world.values.get(f"{name}-Comment", "") if isinstance(name, str) else None


def _iif(_world: World, args: list[Any]) -> Any:
    return _arg(args, 1) if is_true(_arg(args, 0)) else _arg(args, 2)


def _arg(args: list[Any], number: int) -> Any:
    return args[number] if number < len(args) else None


FUNCTIONS: dict[str, Function] = {
    "sum": _sum,
    "avg": _average,
    "min": _extreme(False),
    "max": _extreme(True),
    "count": lambda world, args: len(_flat(world, args, [])),
    "round": _round,
    "trunc": _truncate,
    "iif": _iif,
    "getdate": _get_date,
    "age": _age,
    "datediff": _date_diff,
    "dateadd": _date_add,
    "diffdays": _diff_days,
    "today": _today,
    "currentdate": lambda world, args: local_now(world.now),
    "currentyear": lambda world, args: world.now.year,
    "getyear": _get_year,
    "year": _part(lambda moment: moment.year),
    "month": _part(lambda moment: moment.month),
    "day": _part(lambda moment: moment.day),
    "weekday": _part(lambda moment: moment.isoweekday() % 7),
    "substring": _substring,
    "displayvalue": _display,
    "getcomment": _comment,
    "isdisplaymode": lambda world, args: False,
}


class Member:
    """One row of an aggregate (`sumInArray` …): its number and what stands beside it."""

    __slots__ = ("row", "value")

    def __init__(self, row: Mapping[str, Any], value: Any) -> None:
        self.row = row
        self.value = value


def _in_array_sum(members: list[Member], _column: str) -> Any:
    total: Any = 0
    for member in members:
        if (number := number_of(member.value)) is not None:
            total = plus(total, number)
    return total


def _in_array_average(members: list[Member], column: str) -> Any:
    return _in_array_sum(members, column) / len(members) if members else 0


def _in_array_extreme(above: bool) -> Callable[[list[Member], str], Any]:
    def pick(members: list[Member], column: str) -> Any:
        best: tuple[float, Member] | None = None
        for member in members:
            number = number_of(member.value)
            if number is None:
                continue
            if best is None or (number > best[0] if above else number < best[0]):
                best = number, member
        if best is None:
            return None
        return best[1].row.get(column) if column else best[0]

    return pick


IN_ARRAY: dict[str, Callable[[list[Member], str], Any]] = {
    "suminarray": _in_array_sum,
    "avginarray": _in_array_average,
    "countinarray": lambda members, _column: len(members),
    "mininarray": _in_array_extreme(False),
    "maxinarray": _in_array_extreme(True),
}
