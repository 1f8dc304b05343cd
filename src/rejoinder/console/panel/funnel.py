"""A mailing's numbers: how far it went, and how many of the mails led to an answer."""

from __future__ import annotations

from typing import NamedTuple

from rejoinder.console.charts import Chart
from rejoinder.console.speech import _
from rejoinder.model.mail import Mailing, MailingStats


class Going(NamedTuple):
    """How far a mailing is; `left` seconds, None when nobody knows."""

    share: float
    left: float | None


def progress_of(stats: MailingStats, mailing: Mailing, per_minute: int, now: int) -> Going | None:
    """How far a mailing is, None once nothing waits. Parameters: `per_minute` — the limit, 0 for none."""
    if not stats.waiting:
        return None
    held = mailing.paused_at is not None or (mailing.send_at or 0) > now
    left = None if held or not per_minute else stats.waiting / per_minute * 60
    return Going(1 - stats.waiting / stats.total, left)


def funnel_chart(stats: MailingStats) -> Chart | None:
    """From sent to answered, as bars that become shorter; None while nothing went out.

    Where not all recipients were looked at, the bars end with what arrived.
    """
    tried = stats.sent + stats.bounced + stats.refused
    if not tried:
        return None
    steps = [
        (_("Sent"), tried),
        (_("Arrived"), stats.sent),
        (_("Opened the survey"), stats.opened),
        (_("Answered"), stats.answered),
    ]
    steps = steps if stats.looked == stats.sent else steps[:2]
    option = {
        "grid": {"right": 56},
        "xAxis": {"type": "value", "max": tried, "show": False},
        "yAxis": {"type": "category", "data": [name for name, _count in steps], "inverse": True},
        "series": [
            {
                "type": "bar",
                "name": _("Mails"),
                "barMaxWidth": 30,
                "showBackground": True,
                "backgroundStyle": {"color": "@surface-sunk", "borderRadius": 4},
                "label": {"show": True, "position": "right", "color": "@text"},
                "itemStyle": {"color": "@chart-1", "borderRadius": 4},
                "data": [count for _name, count in steps],
            }
        ],
    }
    return Chart(option, (_("Step"), _("Mails")), tuple(steps))
