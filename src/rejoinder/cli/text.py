"""`rejoinder text …`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from rejoinder.cli.commands import Group, choices, one_of, workspace_option
from rejoinder.cli.opening import read, write
from rejoinder.cli.output import remark, show, show_table
from rejoinder.cli.text_stream import answers
from rejoinder.core.feedback.learning import fit, keep, material
from rejoinder.core.feedback.queueing import ask_for_reanalysis
from rejoinder.core.feedback.standing import require_onboarded
from rejoinder.core.surveys import open_survey
from rejoinder.core.unit import Unit
from rejoinder.jobs.engines.chosen import NAMES, engine_of
from rejoinder.model.analysis import SENTIMENTS, Quality
from rejoinder.model.problems import Invalid, NotFound
from rejoinder.text.evaluation import Tally, accuracy, class_f1, evaluated, macro_f1, samples, tag_f1
from rejoinder.text.tagset import TagSet, category, every_tag, tagsets

_engine = click.option(
    "--engine", type=one_of(sorted(NAMES)), help="Which one reads; the one of the settings when left out."
)
_category = click.option(
    "--category", "categories", multiple=True, metavar="C", help="A product category's number or name."
)


@click.group(cls=Group)
def text() -> None:
    """The text engine: language, sentiment and smart tags."""


@text.command("analyse")
@_category
@_engine
def analyse(categories: tuple[str, ...], engine: str | None) -> int:
    """Read texts as NDJSON on standard input and write what was found, a line for each."""
    tags = _tagset(categories or ("1",))
    bad = False
    for line, is_error in answers(sys.stdin.buffer, engine_of(choices().settings(), engine), tags):
        bad = bad or is_error
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    return 1 if bad else 0


@text.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True))
@_category
@_engine
@click.option(
    "--rename", "renames", multiple=True, metavar="NAME=TAG", help="A tag of FILE is this one of ours."
)
def evaluate(file: str, categories: tuple[str, ...], engine: str | None, renames: tuple[str, ...]) -> None:
    """Compare what an engine finds with what is known: FILE is TSV with the columns lang, text, label."""
    names = dict(_renamed(rename) for rename in renames)
    tags = _tagset(categories) if categories else every_tag()
    with Path(file).open(encoding="utf-8-sig", newline="") as lines:
        tallies = evaluated(engine_of(choices().settings(), engine), samples(lines, names), tags)
    if not tallies:
        raise Invalid(f"{file} has no texts.")
    show({"languages": {lang: _facts(tally) for lang, tally in tallies.items()}}, lambda: _tables(tallies))


@text.command("reanalyse")
@workspace_option
@click.option("--survey", metavar="SURVEY", help="Only the responses of this survey or import.")
@click.option("--all", "every", is_flag=True, help="Those, too, that this engine and version has read.")
def reanalyse(workspace: str, survey: str | None, every: bool) -> None:
    """Let stored responses be read again that another engine, or another version of it, has read.

    A job does it soon. What people corrected by hand stays.
    """
    number = write(workspace, lambda unit: _reanalyse(unit, survey, every))
    sentence = f"Job {number} will read them again; see: rejoinder jobs list -w {workspace}"
    show({"job": number}, lambda: click.echo(sentence))


def _reanalyse(unit: Unit, survey: str | None, every: bool) -> int:
    require_onboarded(unit)
    number = None if survey is None else open_survey(unit, survey).id
    return ask_for_reanalysis(unit, number, every=every)


@text.command("train")
@workspace_option
@_engine
def train(workspace: str, engine: str | None) -> None:
    """Learn from what people corrected; what is learnt is used when it is better than the engine alone."""
    reader = engine_of(choices().settings(), engine)
    found = read(workspace, material)
    heads, qualities = fit(found, reader)
    write(workspace, lambda unit: keep(unit, heads, qualities))
    corrected = sum(1 for lesson in found.lessons if lesson.sentiment or lesson.tags)
    show(
        {"corrected": corrected, "uncorrected": len(found.lessons) - corrected, "heads": qualities},
        lambda: _show_qualities(qualities),
    )
    if heads:
        remark(f"New responses are read with it. For all others: rejoinder text reanalyse -w {workspace}")


def _show_qualities(qualities: Sequence[Quality]) -> None:
    rows = [
        (one.name, one.examples, _figure(one.before), _figure(one.after), _figure(one.same), _word(one))
        for one in qualities
    ]
    show_table(("learnt", "#corrections", "#machine", "#with it", "#others kept", "used"), rows, empty="")


def _figure(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"


def _word(quality: Quality) -> str:
    return "yes" if quality.used else f"no. {quality.why}"


def _tagset(names: Sequence[str]) -> TagSet:
    """The tags of categories by number or name. Raises NotFound."""
    found: list[str] = []
    numbers = {one.name.casefold(): one.id for one in tagsets().categories}
    for name in names:
        number = int(name) if name.isdecimal() else numbers.get(name.casefold())
        if number is None:
            raise NotFound(f"There is no product category {name!r}. There are: {', '.join(_categories())}.")
        found += category(number).tags
    return TagSet(tuple(dict.fromkeys(found)))


def _categories() -> list[str]:
    return [f"{one.id} {one.name}" for one in tagsets().categories]


def _renamed(rename: str) -> tuple[str, str]:
    name, _, tag = rename.partition("=")
    if tag not in tagsets().tags:
        raise NotFound(f"--rename {rename}: there is no tag {tag!r}. There are: {', '.join(tagsets().tags)}.")
    return name, tag


def _facts(tally: Tally) -> dict[str, Any]:
    tags = sorted({*tally.hits, *tally.missed, *tally.extra})
    return {
        "texts": tally.texts,
        "language_accuracy": tally.right_language / tally.texts,
        "accuracy": accuracy(tally.confusion),
        "macro_f1": macro_f1(tally.confusion),
        "f1": class_f1(tally.confusion),
        "confusion": [
            {"right": right, "given": given, "count": count}
            for (right, given), count in sorted(tally.confusion.items())
        ],
        "tags_micro_f1": tag_f1(tally),
        "tags_f1": {tag: tag_f1(tally, tag) for tag in tags},
        "tags_sentiment_accuracy": accuracy(tally.tag_confusion),
        "tags_sentiment_macro_f1": macro_f1(tally.tag_confusion),
    }


def _tables(tallies: dict[str, Tally]) -> None:
    rows = []
    for lang, tally in sorted(tallies.items()):
        f1 = class_f1(tally.confusion)
        numbers = (
            tally.right_language / tally.texts,
            accuracy(tally.confusion),
            macro_f1(tally.confusion),
            *(f1.get(name) for name in SENTIMENTS),
            tag_f1(tally),
            accuracy(tally.tag_confusion),
        )
        rows.append((lang, str(tally.texts), *(_shown(number) for number in numbers)))
    heads = ("language", "accuracy", "macro-F1", *SENTIMENTS, "tags micro-F1", "tag sentiment")
    show_table(("lang", "#texts", *(f"#{head}" for head in heads)), rows)
    for lang, tally in sorted(tallies.items()):
        _confusion(lang, tally)
        _tags(lang, tally)


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:.3f}"


def _confusion(lang: str, tally: Tally) -> None:
    if tally.confusion:
        given = (*SENTIMENTS, "none")
        rows = [(right, *(f"{tally.confusion[right, one]:,}" for one in given)) for right in SENTIMENTS]
        show_table((f"{lang}: right", *(f"#{one}" for one in given)), rows)


def _tags(lang: str, tally: Tally) -> None:
    tags = sorted({*tally.hits, *tally.missed, *tally.extra})
    if tally.hits.total() + tally.missed.total():
        rows = [
            (tag, *(f"{counts[tag]:,}" for counts in (tally.hits, tally.missed, tally.extra)), _shown(f1))
            for tag, f1 in ((tag, tag_f1(tally, tag)) for tag in tags)
        ]
        show_table((f"{lang}: tag", "#found", "#missed", "#too many", "#F1"), rows)
