"""`/v1/surveys/{survey}/respondents/data` and its sibling `responses/data`."""

from __future__ import annotations

import msgspec

from rejoinder.core.respondents.read import read_one, read_page, read_stream
from rejoinder.core.respondents.write import add, merge, remove, update
from rejoinder.core.surveys import open_survey
from rejoinder.dialects.forsta.query import links, paging, reading
from rejoinder.dialects.forsta.wire import Records, parse_batch, render_outcome
from rejoinder.kernel.call import Call
from rejoinder.kernel.reply import JSON, Reply, json_reply
from rejoinder.model.problems import NotFound
from rejoinder.model.respondent import Level

NDJSON = b"application/x-ndjson; charset=utf-8"


def _level(call: Call) -> Level:
    return "response" if "/responses/data" in call.endpoint.path else "respondent"


def read_all(call: Call) -> Reply:
    """A page as JSON, or everything as NDJSON, as the `Accept` header says (001, "Read Respondents")."""
    kind = call.accept("application/json", "application/x-ndjson")
    survey = open_survey(call.unit, call.params["survey"])
    what = reading(call, survey, _level(call))
    if kind == "application/x-ndjson":
        return Reply(200, b"", NDJSON, stream=read_stream(call.unit, survey, what))
    page, size = paging(call)
    found = read_page(call.unit, survey, what, page, size)
    item = f"{call.base_url}{call.path.rstrip('/')}/{{respId}}"
    shown = links(call, page, last=page * size >= found.total) | {"item": item}
    body = b'{"itemCount":%d,"totalCount":%d,"items":[%b],"links":%b}'
    return Reply(200, body % (found.size, found.total, found.items, msgspec.json.encode(shown)), JSON)


def read_record(call: Call) -> Reply:
    """One record (001, "Read a single Respondent")."""
    call.accept("application/json")
    survey = open_survey(call.unit, call.params["survey"])
    respid = call.params["respId"]
    if not (respid.isascii() and respid.isdecimal() and len(respid) <= 10):
        raise NotFound(f"Record {respid[:40]!r} was not found in this survey.")
    what = reading(call, survey, _level(call), filtered=False)
    return Reply(200, read_one(call.unit, survey, what, int(respid)), JSON)


def add_records(call: Call) -> Reply:
    """Insert records (001, "Add Respondents")."""
    batch = parse_batch(call.json(Records), schema_needed=False)
    done = add(call.unit, call.params["survey"], _level(call), batch)
    counters = {"insertedRecords": done.inserted, "insertedIds": done.inserted_ids}
    return json_reply(render_outcome(done, counters))


def update_records(call: Call) -> Reply:
    """Update records that exist (001, "Update Respondents")."""
    batch = parse_batch(call.json(Records), schema_needed=True, variables_needed=True)
    done = update(call.unit, call.params["survey"], _level(call), batch)
    return json_reply(render_outcome(done, {"updatedRecords": done.updated}))


def merge_records(call: Call) -> Reply:
    """Update or insert records (001, "Merge Respondents")."""
    batch = parse_batch(call.json(Records), schema_needed=True, variables_needed=True)
    done = merge(call.unit, call.params["survey"], _level(call), batch)
    counters = {
        "insertedRecords": done.inserted,
        "insertedIds": done.inserted_ids,
        "updatedRecords": done.updated,
    }
    return json_reply(render_outcome(done, counters))


def delete_records(call: Call) -> Reply:
    """Delete records (001, "Delete Respondents")."""
    batch = parse_batch(call.json(Records), schema_needed=True)
    done = remove(call.unit, call.params["survey"], _level(call), batch)
    return json_reply(render_outcome(done, {"deletedRecords": done.deleted}))
