"""The console's areas, in the order of the sidebar: one line for each."""

from __future__ import annotations

from rejoinder.console.area import Area
from rejoinder.console.door.area import DOOR
from rejoinder.console.feedback.area import FEEDBACK
from rejoinder.console.overview.area import OVERVIEW
from rejoinder.console.panel.area import PANEL
from rejoinder.console.reference.area import REFERENCE
from rejoinder.console.settings.area import SETTINGS
from rejoinder.console.surveys.area import SURVEYS

AREAS: tuple[Area, ...] = (
    DOOR,
    OVERVIEW,
    SURVEYS,
    FEEDBACK,
    PANEL,
    SETTINGS,
    REFERENCE,
)
