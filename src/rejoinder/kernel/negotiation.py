"""Content negotiation: `Accept`, `Accept-Encoding` and `Accept-Language` (RFC 9110, 12.5)."""

from __future__ import annotations

from collections.abc import Sequence


def preferred(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that an `Accept` header likes best, the earlier one when it likes several equally.

    Parameters: `accept` — the header, None or empty means anything; `offers` — media types.
    Returns None when no offer is acceptable.
    """
    ranges = _weights(accept) if accept else {}
    if not ranges:
        return offers[0]
    best, best_weight = None, 0.0
    for offer in offers:
        weight = _weight(ranges, offer)
        if weight > best_weight:
            best, best_weight = offer, weight
    return best


def admits_gzip(accept_encoding: str) -> bool:
    """Whether an `Accept-Encoding` header admits gzip; `gzip;q=0` forbids it."""
    return admits(accept_encoding, "gzip")


def admits(accept_encoding: str, coding: str) -> bool:
    """Whether an `Accept-Encoding` header admits a coding such as `br`."""
    weights = _weights(accept_encoding)
    return weights.get(coding, weights.get("*", 0.0)) > 0


def preferred_language(accept_language: str | None, offers: Sequence[str]) -> str | None:
    """The offered language that an `Accept-Language` header likes best; None when it likes none of them.

    `pl-PL` is served by `pl`, and `pt` by `pt-br`.
    """
    best, best_weight = None, 0.0
    for wanted, weight in _weights(accept_language or "").items():
        offer = _offered(wanted, offers)
        if offer is not None and weight > best_weight:
            best, best_weight = offer, weight
    return best


def _offered(wanted: str, offers: Sequence[str]) -> str | None:
    exact = next((offer for offer in offers if offer.lower().replace("_", "-") == wanted), None)
    stems = (offer for offer in offers if _stem(offer.lower()) == _stem(wanted))
    return exact or next(stems, None)


def _stem(language: str) -> str:
    return language.replace("_", "-").partition("-")[0]


def _weight(ranges: dict[str, float], offer: str) -> float:
    """The weight of the most specific range that covers `offer`."""
    kind = offer.partition("/")[0] + "/*"
    for media_range in (offer, kind, "*/*", "*"):
        if media_range in ranges:
            return ranges[media_range]
    return 0.0


def _weights(header: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in header.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        if name:
            weights[name] = max(_quality(parameters), weights.get(name, 0.0))
    return weights


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
