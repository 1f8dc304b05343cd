"""Mailing templates, and the invitation of a batch."""

from __future__ import annotations

from .panel import Panel, good, refused

BASE = "/api/v2/mailing"
TEMPLATE = {"name": "hello", "subject": "Cześć {label1}", "content": "<p>{survey_link}</p>"}


def test_templates_are_kept_and_listed(panel: Panel) -> None:
    refused(panel.http.get(f"{BASE}/templates"), 404)
    made = good(panel.http.post(f"{BASE}/templates", data=TEMPLATE))
    assert isinstance(made["id"], int)
    found = good(panel.http.get("/api/v3/mailing/templates"))
    assert found == {"total": "1", "list": [made | TEMPLATE]}
    for name in TEMPLATE:
        lacking = {key: value for key, value in TEMPLATE.items() if key != name}
        refused(panel.http.post(f"{BASE}/templates", json=lacking), 406, name)
    refused(panel.http.post(f"{BASE}/templates", json=TEMPLATE | {"content": "{nothing}"}), 400)


def test_a_batch_is_invited(panel: Panel) -> None:
    template = good(panel.http.post(f"{BASE}/templates", json=TEMPLATE))["id"]
    batch = panel.batch()
    panel.load({"email": "a@example.org"}, {"email": "b@example.org"}, batch=batch)
    panel.people("c@example.org")
    made = good(panel.http.post(f"{BASE}/batch", data={"batch_id": batch, "template_id": template}))
    assert isinstance(made["mailing_id"], str)
    sent = [row["date_invitaion_send"] is not None for row in panel.list()]
    assert sent == [True, True, False], "waiting, or gone out already"


def test_what_is_missing_or_not_there(panel: Panel) -> None:
    template = good(panel.http.post(f"{BASE}/templates", json=TEMPLATE))["id"]
    batch = panel.batch()
    refused(panel.http.post(f"{BASE}/batch", json={"template_id": template}), 406, "batch_id")
    refused(panel.http.post(f"{BASE}/batch", json={"batch_id": batch}), 406, "template_id")
    unknown = {"batch_id": "89f7fcdb-c8c9-4414-8ec7-423780f66901", "template_id": template}
    refused(panel.http.post(f"{BASE}/batch", json=unknown), 400, "An error ocured")
    refused(panel.http.post(f"{BASE}/batch", json={"batch_id": batch, "template_id": 987}), 404)
