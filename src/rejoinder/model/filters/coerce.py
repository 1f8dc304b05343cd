"""Which types fit together, and how a value of one becomes one of another."""

from __future__ import annotations

import re

from rejoinder.model.filters.bound import Bound, Constant, Lookup, Read, Type
from rejoinder.model.filters.text import fold, number_text
from rejoinder.model.filters.tree import place
from rejoinder.model.problems import Invalid
from rejoinder.model.survey import Variable

_NUMERIC_CODE = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


def to_compare(left: Bound, right: Bound, ordered: bool) -> tuple[Bound, Bound, Type]:
    """Both sides as values of one sort, and the sort; `ordered` for `<` and its like.

    Raises `Invalid` with the position: sides that cannot be compared, a code that is not an option's.
    """
    if _is_blank(left, right):
        return left, right, _SORTS.get(right.type, right.type)
    if _is_blank(right, left):
        return left, right, _SORTS.get(left.type, left.type)
    if left.type is not Type.CHOICE and right.type is Type.CHOICE:
        swapped_right, swapped_left, by = to_compare(right, left, ordered)
        return swapped_left, swapped_right, by
    if left.type is Type.CHOICE:
        return _compare_choice(left, right, ordered)
    for by, fitting in ((Type.NUMBER, _NUMBERS), (Type.TEXT, {Type.TEXT}), (Type.MOMENT, {Type.MOMENT})):
        if left.type in fitting and right.type in fitting:
            return left, right, by
    raise _clash(left, right)


def _is_blank(node: Bound, other: Bound) -> bool:
    """Whether `node` is the blank constant and `other` may be compared with it: any single value."""
    blank = isinstance(node, Constant) and node.value is None
    return blank and other.type not in (Type.MULTI, Type.COMPOUND)


_NUMBERS = {Type.NUMBER, Type.BOOLEAN}
# What values are compared as, where it is not their own type.
_SORTS = {Type.BOOLEAN: Type.NUMBER, Type.CHOICE: Type.TEXT}


def _compare_choice(left: Bound, right: Bound, ordered: bool) -> tuple[Bound, Bound, Type]:
    if right.type not in (*_NUMBERS, Type.TEXT, Type.CHOICE) or isinstance(_constant(right), bool):
        raise _clash(left, right)
    if ordered:
        return to_number(left), to_number(right), Type.NUMBER
    if isinstance(right, Constant) and right.value is not None and isinstance(left, Read):
        code = code_of(left, right)
        same = [option for option in left.leaf.options if fold(option.code) == fold(str(code.value))]
        # Codes that differ in case alone are one to a filter: then only folding compares them.
        return left, code, Type.CHOICE if len(same) == 1 else Type.TEXT
    if right.type in _NUMBERS:
        return to_number(left), right, Type.NUMBER
    return left, right, Type.TEXT


def _constant(node: Bound) -> object:
    return node.value if isinstance(node, Constant) else None


def _clash(left: Bound, right: Bound) -> Invalid:
    hint = ""
    if {left.type, right.type} & {Type.MULTI, Type.COMPOUND}:
        hint = "; name one [option] or [field]"
    elif {left.type, right.type} == {Type.TEXT, Type.MOMENT}:
        hint = "; write dates without quotes, like 2020-12-31"
    elif {left.type, right.type} == {Type.TEXT, Type.NUMBER}:
        hint = "; put texts in quotes and numbers without"
    return Invalid(f"Cannot compare {left.type} with {right.type}{place(left.at or right.at)}{hint}.")


def code_of(choice: Read, constant: Constant) -> Constant:
    """The option of `choice` that a constant names: a text by its code in any case, a number by its text."""
    value = constant.value
    wanted = value if isinstance(value, str) else number_text(value)  # type: ignore[arg-type]
    options = choice.leaf.options
    same = [option.code for option in options if fold(option.code) == fold(wanted)]
    if not same:
        raise Invalid(f"{wanted!r}{place(constant.at)} is not a code of {choice.variable.name!r}.")
    return Constant(wanted if wanted in same else same[0], Type.CHOICE, constant.at)


def to_number(node: Bound) -> Bound:
    """A number, condition (0 or 1), or a choice all of whose codes are numbers, as a number."""
    if node.type in _NUMBERS:
        return node
    if node.type is Type.CHOICE and isinstance(node, Read):
        return Lookup(node, _numeric_codes(node.leaf, node.at), at=node.at)
    value = _constant(node)
    if isinstance(value, str) and _NUMERIC_CODE.fullmatch(value):
        return Constant(_as_number(value), Type.NUMBER, node.at)
    raise Invalid(f"Expected a number{place(node.at)}, but this is {node.type}.")


def _numeric_codes(variable: Variable, at: int) -> tuple[tuple[str, float], ...]:
    for option in variable.options:
        if not _NUMERIC_CODE.fullmatch(option.code):
            raise Invalid(
                f"{variable.name!r}{place(at)} cannot be used as a number: "
                f"its option {option.code!r} is not numeric."
            )
    return tuple((option.code, _as_number(option.code)) for option in variable.options)


def _as_number(code: str) -> int | float:
    return float(code) if "." in code else int(code)


def nth_argument(number: int, name: str) -> str:
    """What `to_type` calls one argument of a function."""
    return f"Argument {number} of {name}"


def each_argument(name: str) -> str:
    """What `to_type` calls any argument of a function that takes many."""
    return f"Each argument of {name}"


def to_type(node: Bound, wanted: Type, what: str) -> Bound:
    """`node` as a value of type `wanted`; `what` names the place for the message (`Invalid`)."""
    if wanted is Type.NUMBER and node.type in (*_NUMBERS, Type.CHOICE):
        return to_number(node)
    if node.type is wanted or (wanted is Type.TEXT and node.type is Type.CHOICE):
        return node
    raise Invalid(f"{what} must be {wanted}{place(node.at)}, but this is {node.type}.")


def common_type(left: Bound, right: Bound, what: str) -> Type:
    """The one type that two alternatives have; raises `Invalid` with the position if there is none."""
    types = {left.type, right.type}
    if len(types) == 1 and types <= {Type.NUMBER, Type.TEXT, Type.MOMENT, Type.BOOLEAN}:
        return left.type
    if types == _NUMBERS:
        return Type.NUMBER
    if types <= {Type.TEXT, Type.CHOICE}:
        return Type.TEXT
    raise Invalid(f"{what}{place(left.at)} mixes {left.type} and {right.type}; give two of one type.")
