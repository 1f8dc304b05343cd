"""Surveys: their list, and each one with its results, respondents, design and files."""

from __future__ import annotations

from rejoinder.console.area import Action, Area, Page
from rejoinder.console.speech import mark
from rejoinder.console.surveys.bulk import bulk, bulk_job, bulk_progress, do_all, stop_all
from rejoinder.console.surveys.editing import change, drop, edit_answer
from rejoinder.console.surveys.files import download_file
from rejoinder.console.surveys.grid import builder_rows, more_rows, respondents
from rejoinder.console.surveys.grid_actions import anonymise_some, erase_some, keep_columns
from rejoinder.console.surveys.listing import survey_list
from rejoinder.console.surveys.respondent import anonymise, erase, respondent
from rejoinder.console.surveys.results import count_anew, figures, progress, results, stop
from rejoinder.console.surveys.workshop import ACTIONS, PAGES
from rejoinder.kernel.endpoint import Where

SURVEYS = Area(
    name="surveys",
    title=mark("Surveys"),
    icon="survey",
    path="/surveys",
    pages=(
        Page(path="/surveys", show=survey_list, summary="The surveys of a workspace"),
        Page(path="/surveys/{survey}", show=results, summary="A survey's results"),
        Page(path="/surveys/{survey}/results/progress", show=progress, summary="How far the counting is"),
        Page(path="/surveys/{survey}/results/figures", show=figures, summary="What a survey measures"),
        Page(path="/surveys/{survey}/respondents", show=respondents, summary="A survey's respondents"),
        Page(
            path="/surveys/{survey}/respondents/more",
            show=more_rows,
            summary="Rows that a search finds further on",
        ),
        Page(
            path="/surveys/{survey}/respondents/builder", show=builder_rows, summary="The filter's conditions"
        ),
        Page(
            path="/surveys/{survey}/respondents/bulk",
            show=bulk,
            summary="Erase or anonymise all whom the filter finds",
            role="owner",
        ),
        Page(
            path="/surveys/{survey}/respondents/bulk/{job}",
            show=bulk_job,
            summary="How far the erasing or anonymising is",
            role="owner",
        ),
        Page(
            path="/surveys/{survey}/respondents/bulk/{job}/progress",
            show=bulk_progress,
            summary="The same, as a part of its page",
            role="owner",
        ),
        Page(
            path="/surveys/{survey}/respondents/{respid}", show=respondent, summary="One respondent's story"
        ),
        Page(
            path="/surveys/{survey}/respondents/{respid}/answer",
            show=edit_answer,
            summary="The form of one answer",
            role="editor",
        ),
        Page(
            path="/surveys/{survey}/respondents/{respid}/files/{key}",
            show=download_file,
            summary="A file of one respondent",
            where=Where.STREAM,
        ),
        *PAGES,
    ),
    actions=(
        Action(path="/surveys/{survey}/respondents/{respid}/change", do=change, summary="Change one answer"),
        Action(path="/surveys/{survey}/respondents/{respid}/drop", do=drop, summary="Delete a loop's round"),
        Action(
            path="/surveys/{survey}/respondents/bulk",
            do=do_all,
            summary="Erase or anonymise all of them",
            role="owner",
        ),
        Action(
            path="/surveys/{survey}/respondents/bulk/{job}/stop",
            do=stop_all,
            summary="Stop erasing or anonymising",
            role="owner",
        ),
        Action(
            path="/surveys/{survey}/respondents/{respid}/anonymise",
            do=anonymise,
            summary="Anonymise one respondent",
        ),
        Action(path="/surveys/{survey}/respondents/{respid}/erase", do=erase, summary="Erase one respondent"),
        Action(
            path="/surveys/{survey}/results/count", do=count_anew, summary="Count results anew", role="viewer"
        ),
        Action(path="/surveys/{survey}/results/stop", do=stop, summary="Stop counting", role="viewer"),
        Action(
            path="/surveys/{survey}/respondents/columns",
            do=keep_columns,
            summary="Choose the columns of the respondents' table",
            role="viewer",
        ),
        Action(path="/surveys/{survey}/respondents/erase", do=erase_some, summary="Erase chosen respondents"),
        Action(
            path="/surveys/{survey}/respondents/anonymise",
            do=anonymise_some,
            summary="Anonymise chosen respondents",
        ),
        *ACTIONS,
    ),
)
