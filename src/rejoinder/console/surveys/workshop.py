"""Where surveys are made, answered and carried in and out: the pages and actions of it."""

from __future__ import annotations

from rejoinder.console.area import Action, Page, Role, Show
from rejoinder.console.surveys import collect, create, design, exporting, importing, options
from rejoinder.kernel.endpoint import Where

MAX_DEFINITION = 16_500_000
"""Bytes of a form with a definition."""
MAX_FILE = 1 << 40
"""Bytes of a form with a file to import: what the setting allows."""


def _page(path: str, show: Show, summary: str, role: Role = "viewer") -> Page:
    return Page(path=f"/surveys{path}", show=show, summary=summary, role=role)


def _act(path: str, do: Show, summary: str, role: Role = "editor") -> Action:
    return Action(path=f"/surveys{path}", do=do, summary=summary, role=role)


PAGES: tuple[Page, ...] = (
    _page("/new", create.new_survey, "Ways to make a survey", "editor"),
    _page("/{survey}/design", design.builder, "A survey's questionnaire as forms", "editor"),
    _page("/{survey}/design/json", design.source, "A survey's questionnaire as JSON", "editor"),
    _page("/{survey}/design/versions", design.versions, "The versions of a questionnaire"),
    _page("/{survey}/design/versions/{version}", design.version, "One version of a questionnaire"),
    _page("/{survey}/collect", collect.collect, "How a survey is answered"),
    _page("/{survey}/collect/qr/{kind}", collect.qr_code, "A survey's address as a QR code"),
    _page("/{survey}/import", importing.import_page, "Bring answers of a file into a survey", "editor"),
    _page("/imports/{import}", importing.incoming, "A file that came to be imported", "editor"),
    _page("/imports/{import}/progress", importing.progress, "How far an import is", "editor"),
    _page("/{survey}/exports", exporting.exports, "A survey's answers as files"),
    _page("/{survey}/exports/{export}", exporting.export_row, "How far an export is"),
    Page(
        path="/surveys/{survey}/exports/{export}/file",
        show=exporting.download,
        summary="The file of an export",
        where=Where.STREAM,
    ),
    _page("/{survey}/options", options.options, "What is settled of a survey", "editor"),
)
ACTIONS: tuple[Action, ...] = (
    _act("/new", create.create_from_starter, "Make a survey of a template"),
    Action(
        path="/surveys/new/definition",
        do=create.create_from_definition,
        summary="Make a survey of a SurveyJS definition",
        max_body=MAX_DEFINITION,
    ),
    Action(
        path="/surveys/{survey}/design/check",
        prepare=design.look_at_change,
        do=design.check,
        summary="Say what a definition would change",
        max_body=MAX_DEFINITION,
    ),
    Action(
        path="/surveys/{survey}/design/save",
        do=design.save,
        summary="Save a definition",
        max_body=MAX_DEFINITION,
    ),
    _act("/{survey}/design/versions/{version}/restore", design.restore, "Restore a version"),
    _act("/{survey}/collect/status", collect.set_status, "Open or close a survey"),
    _act("/{survey}/collect/rules", collect.set_rules, "Settle when and for whom a survey is"),
    _act("/{survey}/collect/aliases", collect.add_alias, "Give a survey one more name"),
    _act("/{survey}/collect/aliases/remove", collect.drop_alias, "Take a name from a survey"),
    _act("/{survey}/collect/links", collect.personal_links, "Make personal links"),
    _act("/{survey}/collect/collectors", collect.add_collector, "Make a collector"),
    _act("/{survey}/collect/collectors/{collector}", collect.edit_collector, "Change a collector"),
    _act(
        "/{survey}/collect/collectors/{collector}/status",
        collect.end_collector,
        "End a collector, or open it",
    ),
    Action(
        path="/surveys/import",
        prepare=importing.look_at_file,
        do=importing.upload,
        summary="Bring a file that makes a new survey",
        max_body=MAX_FILE,
    ),
    Action(
        path="/surveys/{survey}/import",
        prepare=importing.look_at_file,
        do=importing.upload,
        summary="Bring a file for a survey",
        max_body=MAX_FILE,
    ),
    Action(
        path="/surveys/imports/{import}/start",
        prepare=importing.look_once_more,
        do=importing.start,
        summary="Check or store a file",
    ),
    _act("/imports/{import}/cancel", importing.cancel, "Stop an import"),
    _act("/imports/{import}/delete", importing.remove, "Delete a file that came"),
    _act("/{survey}/exports", exporting.ask_for_export, "Ask for an export"),
    _act("/{survey}/exports/{export}/cancel", exporting.stop_export, "Stop an export"),
    _act("/{survey}/exports/{export}/delete", exporting.remove_export, "Delete an export"),
    _act("/{survey}/options/name", options.set_name, "Rename a survey"),
    _act("/{survey}/options/feedback", options.set_feedback, "Settle what is feedback"),
    _act("/{survey}/options/keeping", options.set_keeping, "Settle how long people are kept"),
    _act("/{survey}/options/delete", options.delete_survey, "Delete a survey", "owner"),
)
