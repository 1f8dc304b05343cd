"""`docs/operate.md` and `docs/cli.md` tell the truth: every setting, every command, every option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from rejoinder.cli.main import cli
from rejoinder.settings import table

DOCS = Path(__file__).parents[2] / "docs"


def leaves(
    command: click.Command, path: tuple[str, ...] = ("rejoinder",)
) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    if not isinstance(command, click.Group):
        yield " ".join(path), command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from leaves(found, (*path, name))


COMMANDS = dict(leaves(cli))
MANUAL = (DOCS / "cli.md").read_text()


def section(command: str) -> str:
    """What the manual says from a command's heading line to the next one."""
    _, found, rest = MANUAL.partition(f"\n`{command}")
    return found + re.split(r"\n`rejoinder |\n## ", rest)[0]


def test_the_table_of_settings_is_the_programs_own() -> None:
    row = re.compile(r"^\| `(REJOINDER_.*?)` \| (.*?) \| (.*?) \| (.*) \|$", re.M)
    told = [tuple(map(plain, cells)) for cells in row.findall((DOCS / "operate.md").read_text())]
    assert told == [tuple(map(plain, cells)) for cells in table()]


def plain(cell: str) -> str:
    """A cell without Markdown's marks and surrounding blanks."""
    return cell.strip().replace("`", "").replace("\\|", "|")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_explained_with_an_example(command: str) -> None:
    text = section(command)
    assert re.search(rf"^    (.*\| )?{command}\b", text, re.M), f"docs/cli.md has no example of {command}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_named_in_the_manual_or_its_head(command: str) -> None:
    text = section(command)
    for option in COMMANDS[command].params:
        if isinstance(option, click.Option) and option.name not in ("database", "json", "debug"):
            names = {*option.opts, *(["-w"] if option.name == "workspace" else [])}
            assert any(name in text for name in names), f"docs/cli.md: {command} takes {option.opts}"


@pytest.mark.parametrize("file", ["cli.md", "operate.md"])
def test_every_command_that_is_shown_exists(file: str) -> None:
    """Each example can be parsed: the command exists, and so do its options."""
    shown = re.findall(r"^ {4,}(?:.*\| )?(rejoinder [a-z].*)$", (DOCS / file).read_text(), re.M)
    assert shown
    for line in shown:
        words = re.sub(r'"[^"]*"|\$\([^)]*\)', "x", line).split()
        names = (" ".join(words[:count]) for count in (4, 3, 2))
        name = next((n for n in names if n in COMMANDS), None)
        assert name, f"{file}: {line}"
        given = words[len(name.split()) :]
        COMMANDS[name].make_parser(click.Context(COMMANDS[name])).parse_args(list(given))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_the_options_of_all(command: str) -> None:
    assert {"database", "json", "debug"} <= {option.name for option in COMMANDS[command].params}
