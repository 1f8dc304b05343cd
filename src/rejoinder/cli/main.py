"""`rejoinder`: the commands, and what every one of them does when something goes wrong."""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Sequence

import click
from msgspec import json

from rejoinder.cli.commands import Choices, Command, Lazy
from rejoinder.cli.output import printable
from rejoinder.model.problems import Invalid, Problem, Unavailable
from rejoinder.settings import BadSetting

COMMANDS = {
    "serve": "serve:serve",
    "demo": "demo:demo",
    "migrate": "migrate:migrate",
    "doctor": "doctor:doctor",
    "backup": "backup:backup",
    "restore": "backup:restore",
    "scrub": "scrub:scrub",
    "erase": "erase:erase",
    "workspace": "workspace:workspace",
    "client": "client:client",
    "user": "user:user",
    "survey": "survey:survey",
    "collector": "collector:collector",
    "variable": "variable:variable",
    "template": "template:template",
    "mail": "mail:mail",
    "mailing": "mailing:mailing",
    "optout": "optout:optout",
    "batch": "panel:batch",
    "contact": "panel:contact",
    "import": "imports:imports",
    "export": "exports:export",
    "webhook": "webhook:webhook",
    "stats": "stats:stats",
    "text": "text:text",
    "jobs": "jobs:jobs",
    "audit": "audit:audit",
    "work": "jobs:work",
}
"""Command → module of this package and the function there; imported when it is called."""


@click.group(cls=Lazy, commands=COMMANDS, invoke_without_command=False)
@click.version_option(package_name="rejoinder", message="%(prog)s %(version)s")
def cli() -> None:
    """A self-hosted store for survey respondents that speaks survey vendors' HTTP APIs."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives its exit code. Whatever goes wrong is a sentence on standard error."""
    choices = Choices()
    try:
        code = cli.main(arguments, prog_name="rejoinder", standalone_mode=False, obj=choices)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        return _complain(choices, error.format_message(), 2, _usage(error))
    except click.ClickException as error:
        return _complain(choices, error.format_message(), 1, getattr(error, "details", ()))
    except (Problem, BadSetting) as error:
        return _complain(choices, str(error), 1, _details(error))
    except (click.Abort, KeyboardInterrupt):
        return _complain(choices, "Interrupted.", 130)
    except BrokenPipeError:
        sys.stdout = None  # who read our output has gone: nothing to flush
        return 0
    except OSError as error:
        return _complain(choices, _no_file(error) or _unexpected(choices, error), 1)
    except Exception as error:
        return _complain(choices, _unreachable(choices, error) or _unexpected(choices, error), 1)
    return code if isinstance(code, int) else 0  # a number where the command asked for that code


def _complain(choices: Choices, sentence: str, code: int, details: Sequence[str] = ()) -> int:
    """Say what went wrong, as JSON to machines."""
    if choices.json:
        body = {"error": sentence} | ({"details": list(details)} if details else {})
        click.echo(json.encode(body), err=True)
    else:
        for line in (f"Error: {sentence}", *details):
            click.echo(printable(line), err=True)
    return code


def _usage(error: click.UsageError) -> tuple[str, ...]:
    return (f"See: {error.ctx.command_path} --help",) if error.ctx else ()


def _details(error: Exception) -> list[str]:
    """The rows or fields that a refusal names, the first 20 of them."""
    if not isinstance(error, Invalid):
        return []
    sentence = str(error)
    said = [(name, why, why.rstrip(".")) for name, why in error.fields.items()]
    lines = [
        f"{name}: {why}"
        for name, why, bare in said
        if f"{name} {why}" not in sentence and f"{name}: {bare}" not in sentence
    ]
    for row in error.report.rows if error.report else ():
        for m in row.messages:
            lines.append(f"Row {row.row}: {', '.join(m.fields)}: {m.message} ({m.value!r:.60})")
    return lines[:20] + ([f"… and {len(lines) - 20} more."] if len(lines) > 20 else [])


def _unreachable(choices: Choices, error: Exception) -> str | None:
    """The sentence for a database that does not answer; None for any other error."""
    from rejoinder.store.connect import shown_url
    from rejoinder.store.failures import as_problem

    if not isinstance(as_problem(error), Unavailable):
        return None
    url = shown_url(choices.settings().database)
    return f"The database {url} cannot be reached or is busy. See what is wrong with: rejoinder doctor"


def _no_file(error: OSError) -> str | None:
    """The sentence for a file that cannot be used; None when the error names none."""
    return f"{error.filename} cannot be used: {error.strerror}." if error.filename else None


def _unexpected(choices: Choices, error: Exception) -> str:
    """Put the traceback where it can be found (on the screen with --debug); gives the sentence."""
    if choices.debug:
        traceback.print_exc()
        return "This is a fault of Rejoinder; the traceback is above."
    with tempfile.NamedTemporaryFile(
        "w", prefix="rejoinder-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exception(error, file=file)
    return f"This is a fault of Rejoinder ({type(error).__name__}); the traceback is in {file.name}."


cli.params += Command.shared_options()

if __name__ == "__main__":
    main()
