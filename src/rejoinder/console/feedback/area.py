"""Feedback: what people say, by tag and sentiment; correcting it; where it comes from."""

from __future__ import annotations

from rejoinder.console.area import Action, Area, Page, Show
from rejoinder.console.feedback import imports, landing, learning, progress, projects, tag_form, tags, texts
from rejoinder.console.speech import mark


def _page(path: str, show: Show, summary: str, role: str = "viewer") -> Page:
    return Page(path=f"/feedback{path}", show=show, summary=summary, role=role)  # type: ignore[arg-type]


def _action(path: str, do: Show, summary: str) -> Action:
    return Action(path=f"/feedback{path}", do=do, summary=summary)


_TAG = "/tags/{tag}"
_PROJECT = "/projects/{project}"
_IMPORT = "/imports/{import}"

FEEDBACK = Area(
    name="feedback",
    title=mark("Feedback"),
    icon="chat",
    path="/feedback",
    pages=(
        _page("", landing.landing, "Feedback as a whole"),
        _page("/progress", progress.progress, "What works on feedback"),
        _page("/texts", texts.texts, "Texts"),
        _page("/texts/{response}", texts.text, "One text"),
        _page("/tags", tags.tags, "Tags"),
        _page("/new-tag", tag_form.new, "A form for a new tag", "editor"),
        _page(_TAG, tags.tag, "One tag"),
        _page(_TAG + "/edit", tag_form.edit, "A form for a tag", "editor"),
        _page("/projects", projects.projects, "Projects"),
        _page(_PROJECT, projects.project, "One project"),
        _page("/imports", imports.imports, "Imports"),
        _page(_IMPORT, imports.one, "One import"),
        _page("/learning", learning.learning, "What was learnt from corrections"),
    ),
    actions=(
        Action(path="/feedback/begin", do=landing.begin, summary="Begin to read feedback", role="owner"),
        _action("/texts/{response}", texts.correct, "Correct a response"),
        _action("/tags", tag_form.create, "Make a tag"),
        Action(
            path="/feedback/try-terms",
            do=tag_form.tried,
            prepare=tag_form.try_out,
            summary="Try terms on texts",
        ),
        _action(_TAG, tag_form.change, "Change a tag"),
        _action(_TAG + "/switch", tags.switch, "Enable or disable a tag"),
        _action(_TAG + "/delete", tags.delete, "Delete a tag"),
        _action("/projects", projects.create, "Make a project"),
        _action(_PROJECT, projects.rename, "Rename a project"),
        _action(_PROJECT + "/fill", projects.fill, "Put responses into a project"),
        Action(
            path="/feedback/imports",
            do=imports.create,
            prepare=imports.read,
            summary="Import a file of feedback",
            max_body=imports.MAX_BODY,
        ),
        _action(_IMPORT, imports.change, "Change an import"),
        _action(_IMPORT + "/delete", imports.delete, "Delete an import"),
        _action("/learning/train", learning.train, "Learn from corrections"),
        _action("/learning/reread", learning.reread, "Read texts again"),
        _action("/doing/{job}/cancel", progress.stop, "Cancel work on feedback"),
    ),
)
