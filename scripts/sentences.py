"""The sentences that problems are told in, found in the code that raises them.

`raise Invalid(f"A retention has 1 to {most} days, not {days}.")` is the text
`A retention has 1 to %(v1)s days, not %(v2)s.`; the console finds the values again in what it is told
(`console/hearing.py`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "rejoinder"
ROOMS = ("model", "files", "text", "store", "core", "console")
"""Where problems are raised that the console may have to tell."""
KEPT = (
    "core/audit.py",
    "core/collecting/preparing.py",
    "core/exports/asking.py",
    "core/feedback/imports.py",
    "core/feedback/tag_rules.py",
    "core/feedback/tags.py",
    "core/feedback/working.py",
    "core/jobs.py",
    "core/redefining.py",
    "core/webhooks.py",
    "files/answers/notes.py",
    "files/draft.py",
    "files/match.py",
    "files/singles.py",
    "jobs/carrying.py",
    "jobs/dispatcher.py",
    "jobs/exports.py",
    "jobs/mail.py",
    "jobs/outside.py",
    "jobs/postman.py",
    "jobs/resolver.py",
    "jobs/runner.py",
    "jobs/sender.py",
    "jobs/trial.py",
    "kernel/limits.py",
    "model/filters/lexer.py",
    "store/mail.py",
    "store/traces.py",
    "text/learning.py",
)
"""Modules that keep sentences, or raise them later: whatever in them is a whole sentence is one."""
PIECES = {
    "files/answers/notes.py": ("_direction",),
    "files/blocks.py": ("block_target",),
    "files/cells.py": ("read_number", "read_boolean", "read_time", "read_choice", "read_rank"),
    "files/csv_rows.py": ("_wrong", "_sentence"),
    "files/feedback_csv.py": ("lengths", "_date", "scores"),
    "files/match.py": ("match",),
    "files/property_types.py": ("MOMENT_FORMS",),
    "files/records.py": ("_short_enough", "_mark_reader"),
    "files/surveyjs_reading.py": ("_reason",),
    "model/addresses.py": ("parse_target", "_ascii", "_ipv4", "_ipv6", "refusal"),
    "model/filters/bound.py": ("Type",),
    "model/filters/coerce.py": ("_clash", "nth_argument", "each_argument"),
    "model/filters/parser.py": ("_shown",),
    "model/filters/tree.py": ("place",),
}
"""Functions, kinds and constants that say pieces of the sentences of others: where it is, and what it is."""
CONTINUED = {"note": "", "refuse": "."}
"""Calls whose second argument is the rest of a sentence that begins with a place; how it ends then."""
FEWEST = 8
"""Letters that a sentence has beside its values, so that it can be told from others."""
SENTENCE = re.compile(r"(?:[A-Z]|%\(v1\)s:? )[^\n]* [^\n]*\.")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def problems() -> frozenset[str]:
    """The names of all kinds of problems."""
    tree = ast.parse((SOURCE / "model" / "problems.py").read_text())
    return frozenset(node.name for node in tree.body if isinstance(node, ast.ClassDef))


def sentences() -> Iterator[tuple[str, str]]:
    """(file, text) of every sentence."""
    kinds = problems()
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            tree = ast.parse(path.read_text())
            place = path.relative_to(SOURCE).as_posix()
            for text in dict.fromkeys(_module(tree, kinds)):
                yield place, text
    for path in sorted((SOURCE / "files").glob("surveyjs*.py")):
        place = str(path.relative_to(SOURCE))
        yield from ((place, text) for text in dict.fromkeys(_continued(ast.parse(path.read_text()))))
    for place in KEPT:
        for text in dict.fromkeys(_whole(ast.parse((SOURCE / place).read_text()))):
            yield place, text


def pieces() -> Iterator[tuple[str, str]]:
    """(file, text) of every piece: a value of a sentence that is made of words itself."""
    kinds = problems()
    for place, names in PIECES.items():
        found: dict[str, None] = {}
        for node in ast.walk(ast.parse((SOURCE / place).read_text())):
            if _name(node) in names:
                found |= dict.fromkeys(_worded(node, kinds))
        yield from ((place, text) for text in found)


def _name(node: ast.AST) -> str:
    """What a function, a class or a constant is called; nothing for the rest."""
    if isinstance(node, Function | ast.ClassDef):
        return node.name
    named = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    return node.targets[0].id if named else ""


def _worded(tree: ast.AST, kinds: frozenset[str]) -> Iterator[str]:
    """Texts of more than one word, but for docstrings and what problems are raised with."""
    for node in ast.iter_child_nodes(tree):
        raised = isinstance(node, ast.Compare)  # nor what is only looked for
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            raised = node.func.id in kinds
        told = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        text = spelt(node, fewest=3) if isinstance(node, ast.expr) and not raised else None
        if text and " " in text:
            yield from () if text.endswith(".") else (text,)  # a whole sentence is no piece
        elif not raised and not told:
            yield from _worded(node, kinds)


def _module(tree: ast.Module, kinds: frozenset[str]) -> Iterator[str]:
    outer = _assigned(tree.body)
    for scope in ast.walk(tree):
        if isinstance(scope, Function):
            known = outer | _assigned(list(ast.walk(scope)))
            for node in ast.walk(scope):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds:
                    yield from _of_call(node, known)


def _whole(tree: ast.AST) -> Iterator[str]:
    """Whole sentences: a capital letter or a value, a full stop. Docstrings and mails are none."""
    for node in ast.iter_child_nodes(tree):
        text = spelt(node) if isinstance(node, ast.expr) else None
        if text and SENTENCE.fullmatch(text):
            yield text
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield from _whole(node)


def _continued(tree: ast.AST) -> Iterator[str]:
    """Sentences of which a call is given the rest."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        rest = _parts(node.args[1]) if isinstance(node, ast.Call) and len(node.args) == 2 else None
        if name in CONTINUED and rest is not None:
            yield _numbered([ast.Constant(None), " ", *rest, CONTINUED[name]])


def _assigned(nodes: list[ast.AST] | list[ast.stmt]) -> dict[str, list[ast.expr]]:
    """Names that stand for texts."""
    found: dict[str, list[ast.expr]] = {}
    for node in nodes:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def _of_call(call: ast.Call, known: dict[str, list[ast.expr]]) -> Iterator[str]:
    given = [*call.args, *(word.value for word in call.keywords if word.arg == "message")]
    for word in call.keywords:
        if word.arg == "fields" and isinstance(word.value, ast.Dict):
            given += word.value.values
    for value in given:
        for one in known.get(value.id, []) if isinstance(value, ast.Name) else [value]:
            text = spelt(one)
            if text and " " in text:
                yield text


def spelt(value: ast.expr, fewest: int = FEWEST) -> str | None:
    """The text of an expression, its values as `%(v1)s`, `%(v2)s`, …; None for one that is no text.

    Parameters: `fewest` — letters that it needs beside its values.
    """
    parts = _parts(value)
    own = "".join(part for part in parts or () if isinstance(part, str))
    return _numbered(parts) if parts is not None and len(own.strip()) >= fewest else None


def _numbered(parts: list[str | ast.expr]) -> str:
    numbers, out = 0, []
    for part in parts:
        if isinstance(part, str):
            out.append(part.replace("%", "%%") if any(not isinstance(p, str) for p in parts) else part)
        else:
            numbers += 1
            out.append(f"%(v{numbers})s")
    return "".join(out)


def _parts(value: ast.expr) -> list[str | ast.expr] | None:
    if isinstance(value, ast.Constant):
        return [value.value] if isinstance(value.value, str) else None
    if isinstance(value, ast.JoinedStr):
        return [str(part.value) if isinstance(part, ast.Constant) else part for part in value.values]
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        left, right = _parts(value.left), _parts(value.right)
        return None if left is None or right is None else left + right
    return None
