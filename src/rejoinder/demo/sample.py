"""A workspace to look at: a survey in two languages with the customers of twelve weeks, feedback in three
languages, a client and a user."""

from __future__ import annotations

import re
from datetime import timedelta
from importlib.resources import files

import msgspec

from rejoinder.core.access import create_client
from rejoinder.core.collecting.authoring import CollectorChange, create_collector
from rejoinder.core.definitions import define_survey
from rejoinder.core.feedback.importing import prepare_import, store_import
from rejoinder.core.feedback.onboarding import choose_category, complete
from rejoinder.core.respondents.rows import insert_rows
from rejoinder.core.secrets import new_secret
from rejoinder.core.surveys import add_user_variable, create_template, ensure_variables, open_survey
from rejoinder.core.unit import Unit, moment
from rejoinder.core.workspaces import create_user, create_workspace
from rejoinder.demo.people import MAIL, RECEIPT, SITE, Customer, customers
from rejoinder.model.respondent import Marks
from rejoinder.model.survey import Kind, Option, Variable
from rejoinder.store.session import Session

WORKSPACE = "demo"
SURVEY = "customer-2026"
EMAIL = "demo@example.org"
FEEDBACK = "feedback.csv"
COLLECTORS = {MAIL: "Invitations by mail", RECEIPT: "Code on the receipt", SITE: "Website"}
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
    _add_customers(unit)
    choose_category(unit, E_COMMERCE)
    complete(unit)
    reviews = (files("rejoinder.demo") / FEEDBACK).read_text(encoding="utf-8")
    store_import(unit, prepare_import(unit, dated(reviews, unit.now).encode(), FEEDBACK))
    create_template(unit, open_survey(unit, SURVEY), "short", ["email", "city", "satisfaction", "comment"])


def _add_customers(unit: Unit) -> None:
    """The respondents with what they answered: those of one wave who came the same way, together."""
    ways = {
        code: create_collector(unit, SURVEY, code, CollectorChange(name=name)).id
        for code, name in COLLECTORS.items()
    }
    together: dict[tuple[int, str], list[Customer]] = {}
    for one in customers(unit.now):
        together.setdefault((one.wave, one.way), []).append(one)
    survey = ensure_variables(unit, SURVEY, ("email", "label1"))
    for (_, way), some in together.items():
        rows = survey.shape.new_rows(None).decode(msgspec.json.encode([one.record for one in some]))
        invited = some[0].life.created_at if way == MAIL else None
        marks = Marks(collector_id=ways[way], invited_at=invited)
        insert_rows(unit, survey, rows, responses=False, lives=[one.life for one in some], marks=marks)


def dated(reviews: str, now: int) -> str:
    """Reviews with the days of the file's `{number}`: so many days before today."""
    today = moment(now).date()
    return re.sub(r"\{(\d+)\}", lambda found: str(today - timedelta(int(found[1]))), reviews)
