"""Contacts: browsed by address or label, kept in bulk, counted as they change."""

from __future__ import annotations

from rejoinder.core.erasing import erase_person
from rejoinder.core.panel.contacts import (
    ADDRESS,
    LABEL,
    ContactPage,
    add_contact,
    browse_contacts,
    change_contact,
    count_contacts,
    find_contact,
    keep_contacts,
)
from rejoinder.core.unit import Unit
from rejoinder.model.panel import Entry
from servers.rejoinder import Server


def test_pages_forth_and_back(server: Server) -> None:
    tenant, other = server.tenant(), server.tenant()
    entries = [Entry(f"P{n:03d}@example.org", {1: f"Room {n % 3}"}) for n in range(25)]
    tenant.verb(lambda unit: keep_contacts(unit, entries))
    other.verb(lambda unit: add_contact(unit, "p000@example.org", {}))

    def page(unit: Unit, **more: object) -> ContactPage:
        return browse_contacts(unit, limit=10, **more)  # type: ignore[arg-type]

    first = tenant.look(page)
    second = tenant.look(lambda unit: page(unit, after=first.after))
    third = tenant.look(lambda unit: page(unit, after=second.after))
    seen = [one.email for part in (first, second, third) for one in part.contacts]
    assert seen == [entry.email for entry in entries]
    assert (first.before, third.after) == (None, None)
    back = tenant.look(lambda unit: page(unit, before=third.before))
    assert [one.id for one in back.contacts] == [one.id for one in second.contacts]
    again = tenant.look(lambda unit: page(unit, before=back.before))
    assert [one.id for one in again.contacts] == [one.id for one in first.contacts]
    assert again.before is None
    found = tenant.look(lambda unit: browse_contacts(unit, "room 2", LABEL))
    assert len(found.contacts) == 8
    assert tenant.look(lambda unit: browse_contacts(unit, "p00", ADDRESS, limit=50)).contacts[-1].email == (
        "P009@example.org"
    )


def test_counts_follow_what_is_kept_changed_and_erased(server: Server) -> None:
    tenant = server.tenant()
    kept = tenant.verb(
        lambda unit: keep_contacts(
            unit, [Entry("a@example.org", {1: "old"}), Entry("A@example.org", {1: "new"}), Entry("b@x.org")]
        )
    )
    assert kept == (2, 0, 0)
    kept = tenant.verb(
        lambda unit: keep_contacts(
            unit, [Entry("a@example.org", {2: "more"}), Entry("b@x.org"), Entry("c@x.org")]
        )
    )
    assert kept == (1, 1, 1)
    (found,) = tenant.look(lambda unit: browse_contacts(unit, "a@")).contacts
    assert found.labels == {1: "new", 2: "more"}
    tenant.verb(lambda unit: change_contact(unit, found.id, "z@x.org", {3: "else"}))
    assert tenant.look(lambda unit: find_contact(unit, found.id)).labels == {3: "else"}
    assert tenant.look(lambda unit: browse_contacts(unit, "new", LABEL)).contacts == []
    assert [one.email for one in tenant.look(browse_contacts).contacts] == ["b@x.org", "c@x.org", "z@x.org"]
    assert tenant.look(count_contacts) == 3
    tenant.verb(lambda unit: erase_person(unit, "Z@x.org"))
    assert tenant.look(count_contacts) == 2
    assert tenant.look(lambda unit: browse_contacts(unit, "else", LABEL)).contacts == []
