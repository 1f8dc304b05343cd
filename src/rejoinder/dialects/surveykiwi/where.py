"""`where[]` and `order_by[]`, read (003, "Campaign"): what they mean on rows is in `conditions.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from rejoinder.model.problems import Invalid

OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "IS", "IS NOT", "LIKE", "IN")
_SAME = {"<>": "!=", "==": "="}
MAX_CONDITIONS, MAX_VALUES, MAX_TEXT = 50, 1000, 4000
Value = str | float | bool | None


class Condition(NamedTuple):
    """One object of `where[]`; `place` names it in errors, `values` are those of `val`: one but for IN."""

    place: str
    type: str
    variable: str
    operator: str
    values: tuple[Value, ...]

    @property
    def value(self) -> Value:
        """The one value."""
        return self.values[0]

    @property
    def blank(self) -> bool:
        """Whether it asks for a blank (null, or empty text) rather than compares with one."""
        is_null = self.operator in ("IS", "IS NOT") and str(self.value).strip().lower() in ("null", "none")
        return self.operator != "IN" and (self.value in (None, "") or is_null)

    @property
    def negative(self) -> bool:
        """Whether it is the opposite of being equal."""
        return self.operator in ("!=", "IS NOT")

    def refuse(self, sentence: str) -> Invalid:
        """The problem of this condition."""
        return Invalid(f"{self.place}: {sentence}", fields={self.place: sentence})


class Sorting(NamedTuple):
    """One rule of `order_by[]`."""

    variable: str
    descending: bool


def read_conditions(texts: Sequence[str], types: Sequence[str]) -> list[Condition]:
    """Read `where[]`: JSON objects, all of which must hold.

    Parameters: `types` — what `type` may be on this resource. Raises Invalid, naming the object.
    """
    found: list[Condition] = []
    for number, text in enumerate(texts):
        place = f"where[{number}]"
        decoded = _decoded(text, place)
        for one in decoded if isinstance(decoded, list) else [decoded]:
            found.append(_condition(one, place, types))
    if len(found) > MAX_CONDITIONS:
        raise Invalid(f"where admite hasta {MAX_CONDITIONS} reglas; hay {len(found)}.")
    return found


def _decoded(text: str, place: str) -> Any:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1]  # a shell that does not know these quotes sends them along
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        why = "está anidado demasiado" if isinstance(error, RecursionError) else str(error)
        raise Invalid(
            f"{place}: no es un JSON válido ({why[:200]}); escribe por ejemplo "
            '{"type":"default","var":"id","operator":"=","val":1}.'
        ) from None


def _condition(one: Any, place: str, types: Sequence[str]) -> Condition:
    if not isinstance(one, dict):
        raise Invalid(f"{place}: debe ser un objeto JSON con type, var, operator y val.")
    kind, variable = one.get("type", "default"), one.get("var")
    if not isinstance(kind, str) or kind.strip().lower() not in types:
        raise Invalid(f'{place}: type admite {", ".join(types)}; no "{str(kind)[:40]}".')
    if not isinstance(variable, str) or not variable.strip():
        raise Invalid(f"{place}: falta var, el nombre de la variable.")
    operator = _operator(one.get("operator"), place)
    if "val" not in one and operator not in ("IS", "IS NOT"):
        raise Invalid(f"{place}: falta val, el valor que se compara.")
    return Condition(
        place, kind.strip().lower(), variable.strip(), operator, _values(one.get("val"), operator, place)
    )


def _operator(written: Any, place: str) -> str:
    word = " ".join(written.upper().split()) if isinstance(written, str) else str(written)
    word = _SAME.get(word, word)
    if word not in OPERATORS:
        raise Invalid(f'{place}: operator admite {", ".join(OPERATORS)}; no "{word[:40]}".')
    return word


def _values(written: Any, operator: str, place: str) -> tuple[Value, ...]:
    if operator == "IN" and isinstance(written, str):
        written = [part.strip().strip("'\"") for part in written.strip().strip("()").split(",")]
    values = written if operator == "IN" and isinstance(written, list) else [written]
    if len(values) > MAX_VALUES:
        raise Invalid(f"{place}: IN admite hasta {MAX_VALUES} valores.")
    for value in values:
        if not isinstance(value, str | int | float | None):
            raise Invalid(f"{place}: val debe ser un texto, un número o null (con IN, una lista de ellos).")
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise Invalid(f"{place}: val tiene más de {MAX_TEXT} caracteres.")
    return tuple(values)


def read_sorting(texts: Sequence[str], variables: Sequence[str]) -> list[Sorting]:
    """Read `order_by[]`: `created_at,DESC`, with a blank or `+` in place of the comma too.

    Parameters: `variables` — what rows can be ordered by. Raises Invalid, naming the rule.
    """
    found: list[Sorting] = []
    for number, text in enumerate(texts):
        place, words = f"order_by[{number}]", [word for word in re.split(r"[,+\s]+", text) if word]
        while words:
            variable = words.pop(0).lower()
            if variable not in variables:
                raise Invalid(f'{place}: no se ordena por "{variable[:60]}"; hay: {", ".join(variables)}.')
            direction = words.pop(0).upper() if words and words[0].lower() not in variables else "ASC"
            if direction not in ("ASC", "DESC"):
                raise Invalid(f'{place}: el orden es ASC o DESC; no "{direction[:40]}".')
            found.append(Sorting(variable, direction == "DESC"))
    if len(found) > len(variables):
        raise Invalid(f"order_by admite hasta {len(variables)} reglas; hay {len(found)}.")
    return found
