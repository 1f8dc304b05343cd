"""Addresses that people open: survey pages and personal links (design, "Links")."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def survey_page(base: str, reference: str, collector: str | None = None) -> str:
    """The public page of a survey.

    Parameters: `base` — scheme and host without a trailing slash; `reference` — the survey's public alias,
    or its number; `collector` — the code of the collector that the link belongs to.
    """
    query = f"?{urlencode({'c': collector})}" if collector else ""
    return f"{base}/s/{quote(reference, safe='')}{query}"


def personal_link(base: str, reference: str, token: str) -> str:
    """The page of one respondent, for one use."""
    return f"{survey_page(base, reference)}/{quote(token, safe='')}"
