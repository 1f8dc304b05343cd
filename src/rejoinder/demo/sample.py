"""A workspace to look at: a survey in two languages with sixty customers, feedback in three languages, a
client and a user."""

from __future__ import annotations

from importlib.resources import files

import msgspec

from rejoinder.core.access import create_client
from rejoinder.core.definitions import define_survey
from rejoinder.core.feedback.importing import prepare_import, store_import
from rejoinder.core.feedback.onboarding import choose_category, complete
from rejoinder.core.respondents.write import Batch, add
from rejoinder.core.secrets import new_secret
from rejoinder.core.surveys import add_user_variable, create_template, open_survey
from rejoinder.core.unit import Unit
from rejoinder.core.workspaces import create_user, create_workspace
from rejoinder.demo.people import answers, people
from rejoinder.model.survey import Kind, Option, Variable
from rejoinder.store.session import Session

WORKSPACE = "demo"
SURVEY = "customer-2026"
EMAIL = "demo@example.org"
FEEDBACK = "feedback.csv"
E_COMMERCE = 9
"""The product category (004, "Onboarding")."""
_BACKGROUND = (
    Variable("city", Kind.TEXT, level="respondent", origin="user", titles={"en": "City"}, length=100),
    Variable(
        "segment",
        Kind.SINGLE,
        level="respondent",
        origin="user",
        titles={"en": "Segment"},
        options=tuple(Option(code) for code in ("new", "regular", "gold")),
    ),
)


class Credentials(msgspec.Struct, frozen=True):
    """Who may come in. The store keeps only hashes of the secrets."""

    workspace: str
    client_id: str
    client_secret: str
    user: str
    password: str


def make_sample(session: Session, now: int) -> Credentials:
    """Fill an empty store, in the session's transaction. Raises AlreadyExists for a second one."""
    workspace, _ = create_workspace(session, WORKSPACE, ["api_export"], now)
    unit = Unit(session, workspace.id, "demo", now)
    client, secret = create_client(unit, "demo client")
    password = new_secret()
    create_user(unit, EMAIL, password)
    _fill(unit)
    return Credentials(WORKSPACE, client.client_id, secret, EMAIL, password)


def _fill(unit: Unit) -> None:
    definition = (files("rejoinder.demo") / f"{SURVEY}.json").read_bytes()
    define_survey(unit, definition, [SURVEY])
    for variable in _BACKGROUND:
        add_user_variable(unit, open_survey(unit, SURVEY), variable)
    add(unit, SURVEY, "respondent", Batch(msgspec.json.encode(people())))
    add(unit, SURVEY, "response", Batch(msgspec.json.encode(answers()), ("email",)))
    choose_category(unit, E_COMMERCE)
    complete(unit)
    store_import(unit, prepare_import(unit, (files("rejoinder.demo") / FEEDBACK).read_bytes(), FEEDBACK))
    create_template(unit, open_survey(unit, SURVEY), "short", ["email", "city", "satisfaction", "comment"])
