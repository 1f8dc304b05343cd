"""The pages of the console that are measured: what each is called, and its address below the workspace's."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from bench.voices import Voices

_RATING = {"f": ":q1 = '3'"}
_RARE = {"f": ":q1 = '3' AND :q11 = 'city 7' AND :q8 = 29"}
PAGES: dict[str, str] = {
    "overview": "/overview",
    "surveys": "/surveys",
    "respondents": "{survey}/respondents",
    "respondents, by completion": "{survey}/respondents?sort=completed_at",
    "respondents, deep": "{survey}/respondents?sort=respid&after={deep}~{deep}",
    "respondents, filtered": "{survey}/respondents?" + urlencode(_RATING),
    "respondents, a rare filter": "{survey}/respondents?" + urlencode(_RARE),
    "respondents, a word": "{survey}/respondents?q=umlauts",
    "one respondent": "{survey}/respondents/{middle}",
    "design": "{survey}/design",
    "versions": "{survey}/design/versions",
    "collect": "{survey}/collect",
    "import": "{survey}/import",
    "exports": "{survey}/exports",
    "options": "{survey}/options",
    "API clients": "/settings/clients",
    "webhooks": "/settings/webhooks",
    "people": "/settings/people",
    "retention": "/settings/retention",
    "audit log": "/settings/audit",
    "jobs": "/settings/jobs",
    "account": "/account",
    "API reference": "/docs",
    "reference of one API": "/docs/forsta",
}
"""Pages of a workspace with one large survey. `/docs` stands alone; `{survey}` has the respondents."""
COUNTED: dict[str, str] = {
    "figures of a survey": "{survey}/results/figures",
    "results": "{survey}",
    "results of a filter": "{survey}?" + urlencode(_RATING),
}
"""Pages of what a job counts; asked for last, since the job works for a while beside the server."""
PANEL: dict[str, str] = {
    "contacts": "/panel/contacts",
    "contacts, an address": "/panel/contacts?q=u01",
    "contacts, a label": "/panel/contacts?q=city&by=label",
    "one contact": "/panel/contacts/{contact}",
    "batches": "/panel/batches",
    "one batch": "/panel/batches/{batch}",
    "put people into a survey": "/panel/add",
    "templates": "/panel/templates",
    "mailings": "/panel/mailings",
    "compose a mailing": "/panel/compose",
    "one mailing": "/panel/mailings/{mailing}",
    "a mailing, sent": "/panel/mailings/{mailing}?state=sent",
    "a mailing, waiting": "/panel/mailings/{waiting}?state=waiting",
    "a mailing, failed": "/panel/mailings/{mailing}?state=failed",
    "a mailing, failed, deep": "/panel/mailings/{mailing}?state=failed&before={letter}",
    "a mailing, left out": "/panel/mailings/{mailing}?state=skipped",
    "funnel of a mailing": "/panel/mailings/{mailing}/funnel",
    "funnel, all waiting": "/panel/mailings/{waiting}/funnel",
    "due for a reminder": "/panel/mailings/{mailing}/due?min_days=3&max_count=2",
    "due for a reminder, none": "/panel/mailings/{mailing}/due?min_days=30&max_count=2",
    "opt-outs": "/panel/opt-outs",
    "outbox": "/panel/outbox",
    "outbox, waiting": "/panel/outbox?state=waiting",
    "outbox, failed": "/panel/outbox?state=failed",
    "one mail": "/panel/outbox/{letter}",
}
"""Pages of a workspace with an audience."""
FEEDBACK: dict[str, str] = {
    "feedback": "/feedback",
    "feedback, a survey": "/feedback?survey={big}",
    "feedback, a language": "/feedback?language=pl",
    "feedback, a month": "/feedback?since=2024-03-01&until=2024-03-31",
    "feedback, all tags": "/feedback?all=1",
    "texts": "/feedback/texts",
    "texts, deep": "/feedback/texts?before=1712000000000000.1",
    "texts, a survey": "/feedback/texts?survey={big}",
    "texts, an import": "/feedback/texts?survey={imported}",
    "texts, a month": "/feedback/texts?since=2024-03-01&until=2024-03-31",
    "texts, a language": "/feedback/texts?language=pl",
    "texts, negative": "/feedback/texts?sentiment=negative",
    "texts, no sentiment": "/feedback/texts?sentiment=none",
    "texts, a common tag": "/feedback/texts?tag={common}",
    "texts, a common tag, negative": "/feedback/texts?tag={common}&tag_sentiment=negative",
    "texts, a rare tag": "/feedback/texts?tag={rare}",
    "texts, a rare tag, deep": "/feedback/texts?tag={rare}&before=1712000000000000.1",
    "texts, a rare tag and a survey": "/feedback/texts?tag={rare}&survey={big}",
    "texts, a very rare tag": "/feedback/texts?tag={rarest}",
    "texts, a project": "/feedback/texts?project={project}",
    "texts, a word": "/feedback/texts?q=w17x",
    "texts, a word that nobody said": "/feedback/texts?q=unheard",
    "texts, a word and a rare tag": "/feedback/texts?q=unheard&tag={rare}",
    "texts, all at once": "/feedback/texts?tag={rare}&survey={big}&language=de&sentiment=positive&q=w17x",
    "one text": "/feedback/texts/{response}",
    "tags": "/feedback/tags",
    "a common tag": "/feedback/tags/{common}",
    "a rare tag": "/feedback/tags/{rare}",
    "form for a tag": "/feedback/new-tag",
    "projects": "/feedback/projects",
    "one project": "/feedback/projects/{project}",
    "feedback imports": "/feedback/imports",
    "one import": "/feedback/imports/{imported}",
    "learning": "/feedback/learning",
    "work on feedback": "/feedback/progress",
}
"""Pages of a workspace with voices."""
TRIALS: dict[str, dict[str, str]] = {
    "a tag's terms, counted live": {"terms": "w17x\nmore*"},
    "a tag's terms, with rules": {"terms": "w17x\nmore*", "score_from": "3", "sentiment[]": "positive"},
}
"""Forms posted to `/feedback/try-terms`."""


def names_of(found: Voices, survey: int) -> dict[str, Any]:
    """What stands in the addresses of PANEL and FEEDBACK. Parameters: `survey` — of the million."""
    return {**found._asdict(), **found.audience._asdict(), "big": survey}
