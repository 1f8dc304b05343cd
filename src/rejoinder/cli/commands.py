"""Commands as all of ours are: each takes `--database`, `--json` and `--debug`, before or behind its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click
import msgspec

from rejoinder.settings import Settings, from_environment


@dataclass
class Choices:
    """What the user chose for the whole command: the database, JSON or tables, tracebacks."""

    database: str | None = None
    json: bool = False
    debug: bool = False

    def settings(self) -> Settings:
        """The environment's settings, with `--database` on top. Raises BadSetting."""
        found = from_environment()
        return msgspec.structs.replace(found, database=self.database) if self.database else found


class Refused(click.ClickException):
    """A command's own refusal: the sentence, and lines that tell it in detail."""

    def __init__(self, message: str, details: Sequence[str]) -> None:
        super().__init__(message)
        self.details = tuple(details)


def choices() -> Choices:
    """The choices of the running command."""
    return click.get_current_context().ensure_object(Choices)


def _choose(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value and option.name:
        setattr(context.ensure_object(Choices), option.name, value)


def _shared(*names: str, **rest: Any) -> click.Option:
    return click.Option(names, expose_value=False, callback=_choose, **rest)


class Whole(click.Command):
    """Whatever stands in a list of commands: its first sentence, not cut to fit one line."""

    def get_short_help_str(self, limit: int = 1000) -> str:
        """The first sentence of the help."""
        return super().get_short_help_str(max(limit, 1000))


class Command(Whole):
    """A command with the options that all have."""

    def __init__(self, *arguments: Any, **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        self.params += self.shared_options()

    @staticmethod
    def shared_options() -> list[click.Parameter]:
        """The options that all commands have."""
        return [
            _shared("--database", metavar="URL", help="sqlite:///path or postgresql://…"),
            _shared("--json", is_flag=True, help="Print JSON, for machines."),
            _shared("--debug", is_flag=True, help="Show the traceback of an unexpected error."),
        ]


class Group(Whole, click.Group):
    """Commands about one noun."""

    command_class = Command


Group.group_class = type


class Lazy(click.Group):
    """A group whose commands are imported when they are called.

    Parameters: `commands` — name → `module:function` in this package.
    """

    def __init__(self, *arguments: Any, commands: dict[str, str], **rest: Any) -> None:
        super().__init__(*arguments, **rest)
        self._places = commands

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, in the order in which help lists them."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._places:
            return None
        module, _, name = self._places[cmd_name].partition(":")
        found: click.Command = getattr(import_module(f"rejoinder.cli.{module}"), name)
        return found


workspace_option = click.option("--workspace", "-w", required=True, metavar="W", help="The workspace's name.")


def one_of(values: Sequence[str]) -> click.Choice[str]:
    """A choice between words."""
    return click.Choice(list(values))
