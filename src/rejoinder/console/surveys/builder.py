"""What the builder's script says, in the visitor's language."""

from __future__ import annotations

from rejoinder.console.speech import _, mark

KINDS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "scale",
        mark("Scales"),
        (
            ("nps", mark("Recommendation (NPS)"), "chart"),
            ("csat", mark("Satisfaction (CSAT)"), "chart"),
            ("ces", mark("Effort (CES)"), "chart"),
            ("rating", mark("Rating"), "chart"),
            ("matrix", mark("Table of ratings"), "columns"),
        ),
    ),
    (
        "choice",
        mark("Choices"),
        (
            ("single", mark("One choice"), "radio"),
            ("multi", mark("Several choices"), "checks"),
            ("dropdown", mark("Dropdown"), "select"),
            ("ranking", mark("Ranking"), "sort"),
            ("boolean", mark("Yes or no"), "check"),
        ),
    ),
    (
        "text",
        mark("Text and more"),
        (
            ("comment", mark("Comment"), "chat"),
            ("text", mark("Line of text"), "edit"),
            ("number", mark("Numeric answer"), "number"),
            ("date", mark("Date"), "clock"),
            ("email", mark("Email address"), "mail"),
            ("phone", mark("Phone number"), "phone"),
            ("file", mark("File"), "upload"),
            ("html", mark("Text to read"), "info"),
        ),
    ),
)
"""Groups of types of questions: name, title, and (name, title, icon) of each type."""
_MORE_ICONS = frozenset({"up", "down", "copy", "trash", "close", "plus", "survey"})
ICONS = sorted(_MORE_ICONS.union(icon for _group, _title, kinds in KINDS for _name, _label, icon in kinds))
"""The icons that the script puts into the page."""


def kinds() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The types of questions by group, as they are offered."""
    return [(_(title), [(name, _(label), icon) for name, label, icon in found]) for _g, title, found in KINDS]


def builder_words() -> dict[str, str]:
    """Key → text."""
    named = {f"kind_{name}": _(label) for _g, _t, found in KINDS for name, label, _i in found}
    return {**named, **_about_questions(), **_about_parts(), **_about_conditions(), **_about_pages()}


def _about_questions() -> dict[str, str]:
    return {
        "kind_else": _("Another type"),
        "title": _("Question"),
        "title_example": _("What people read"),
        "description": _("Explanation below it"),
        "required": _("Must be answered"),
        "required_badge": _("required"),
        "comment_box": _("Ask for a comment below"),
        "hidden": _("Hidden"),
        "hidden_hint": _("Nobody sees it; a link (?name=…) or a program fills it."),
        "hidden_badge": _("hidden"),
        "name": _("Name in the data"),
        "name_hint": _("Letters, digits and underscores. Exports and programs use it."),
        "name_saved": _("It cannot be changed any more: answers are kept under it."),
        "untitled": _("A question without a title"),
        "only_json": _("The builder does not know this type. Its parts can be changed in the JSON."),
        "up": _("Move up"),
        "down": _("Move down"),
        "duplicate": _("Duplicate"),
        "delete": _("Delete"),
        "removed": _("The question is gone from the draft. Undo brings it back."),
        "new_option": _("Option %(n)s"),
        "new_row": _("Row %(n)s"),
        "new_column": _("Column %(n)s"),
    }


def _about_parts() -> dict[str, str]:
    return {
        "options": _("Answer options"),
        "rows": _("Rows"),
        "columns": _("Columns"),
        "item_text": _("%(list)s: text of number %(n)s"),
        "item_code": _("%(list)s: code of number %(n)s"),
        "code_hint": _("The code that is stored"),
        "up_item": _("Move number %(n)s up"),
        "down_item": _("Move number %(n)s down"),
        "delete_item": _("Delete number %(n)s"),
        "add_item": _("Add"),
        "paste_hint": _("Enter adds one; several lines can be pasted."),
        "has_other": _("“Other” with a text"),
        "has_none": _("“None of these”"),
        "select_all": _("“All of these”"),
        "random": _("In random order"),
        "look": _("Shown as"),
        "as_list": _("A list"),
        "as_dropdown": _("A dropdown"),
        "label_true": _("Word for yes"),
        "label_false": _("Word for no"),
        "yes": _("Yes"),
        "no": _("No"),
        "measures": _("Measures"),
        "nothing": _("Nothing in particular"),
        "from": _("From"),
        "to": _("To"),
        "scale_hint": _("Steps that go away stay with the answers that have them."),
        "min_text": _("What the lowest means"),
        "max_text": _("What the highest means"),
        "min_example": _("Not at all"),
        "max_example": _("Very much"),
        "input": _("What is written"),
        "input_hint": _("Answers that are there must fit: a text cannot become a number or a date."),
        "input_text": _("Any text"),
        "input_number": _("A number"),
        "input_date": _("A date"),
        "input_datetime": _("Date and time"),
        "input_email": _("An email address"),
        "input_tel": _("A phone number"),
        "input_url": _("A web address"),
        "least": _("Not below"),
        "most": _("Not above"),
        "longest": _("Most characters"),
        "accepted": _("Kinds of files"),
        "max_size": _("Largest size in MB"),
        "several_files": _("Several files"),
        "html": _("Text"),
        "html_hint": _("Simple HTML is allowed."),
    }


def _about_conditions() -> dict[str, str]:
    return {
        "condition": _("Shown only if"),
        "condition_hint": _("This condition is an expression that the builder leaves as it is."),
        "condition_badge": _("conditional"),
        "shown_if": _("Shown if"),
        "always": _("Always. A condition over other questions can limit it."),
        "add_condition": _("Add a condition"),
        "delete_condition": _("Delete the condition"),
        "no_others": _("There is no other question yet."),
        "question": _("Question"),
        "test": _("Comparison"),
        "value": _("Value"),
        "joint": _("How the conditions go together"),
        "all_of": _("All of them must hold"),
        "any_of": _("One of them is enough"),
        "test_=": _("is"),
        "test_<>": _("is not"),
        "test_>": _("is greater than"),
        "test_<": _("is less than"),
        "test_>=": _("is at least"),
        "test_<=": _("is at most"),
        "test_contains": _("contains"),
        "test_notcontains": _("does not contain"),
        "test_notempty": _("was answered"),
        "test_empty": _("was not answered"),
    }


def _about_pages() -> dict[str, str]:
    return {
        "survey_title": _("Title that people see"),
        "survey_about": _("Introduction"),
        "page": _("Page %(n)s"),
        "page_title": _("Title of the page"),
        "page_up": _("Move page %(n)s up"),
        "page_down": _("Move page %(n)s down"),
        "page_delete": _("Delete page %(n)s"),
        "empty_page": _("Nothing is on this page yet."),
        "add_page": _("Add a page"),
        "add_question": _("Add a question"),
        "add_language": _("Another language"),
        "saved": _("Saved"),
        "unsaved": _("Not saved yet"),
    }


def kind_words() -> dict[str, str]:
    """The kinds of variables, as people call them."""
    return {
        "numeric": _("number"),
        "text": _("text"),
        "dateTime": _("date"),
        "boolean": _("yes or no"),
        "singleChoice": _("one choice"),
        "multiChoice": _("several choices"),
        "rating": _("table of ratings"),
        "ranking": _("ranking"),
        "multiGrid": _("table of choices"),
        "grid3D": _("table of questions"),
    }
