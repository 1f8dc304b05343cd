"""Sign what webhooks send, so that receivers can tell it from what others send.

Two schemes at once, over the same secret as it is printed: `SK-Signature` (SurveyKiwi 003, "Comprobando las
firmas del Webhook"; Stripe's libraries verify it) uses the bytes of the text as the key, Standard Webhooks
the bytes that the text behind `whsec_` decodes to.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import string
from collections.abc import Sequence

PREFIX = "whsec_"
_LETTERS = string.ascii_letters + string.digits
_LENGTH = 48
"""Letters of a secret: a multiple of 4, so that it is base64 without padding; 285 random bits."""


def new_signing_secret() -> str:
    """A secret that both schemes take as it is: base64 without `+`, `/` and `=`, so that no shell minds."""
    return PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def signature_headers(
    keys: Sequence[str], event_id: str, seconds: int, body: bytes
) -> list[tuple[bytes, bytes]]:
    """The headers of one try.

    Parameters: `keys` — the secret, and before its end of life the old one too; `seconds` — the time of the
    try, since 1970.
    """
    stamp = str(seconds).encode()
    ours = [b"v1=" + _hex(key, stamp + b"." + body) for key in keys]
    standard = [b"v1," + _base64(key, b".".join((event_id.encode(), stamp, body))) for key in keys]
    return [
        (b"SK-Signature", b",".join((b"t=" + stamp, *ours))),
        (b"webhook-id", event_id.encode()),
        (b"webhook-timestamp", stamp),
        (b"webhook-signature", b" ".join(standard)),
    ]


def _hex(secret: str, message: bytes) -> bytes:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest().encode()


def _base64(secret: str, message: bytes) -> bytes:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest())
