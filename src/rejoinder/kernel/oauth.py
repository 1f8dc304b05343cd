"""Credentials in requests: bearer tokens, and token requests in every form that clients use."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import msgspec

from rejoinder.core.tokens import Granted, Grantee, TokenPolicy, TokenRequest, check_request, grant
from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import Endpoint, Where
from rejoinder.kernel.reply import JSON, Headers, Reply
from rejoinder.model.problems import NotGranted, Unreadable

_NO_STORE = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))
_MAX_TOKEN = 512
MAX_TOKEN_REQUEST = 65_536
"""Bytes of a token request, which anybody may send."""


def bearer(call: Call) -> str | None:
    """The token of an `Authorization: Bearer` header, None when there is none."""
    sent = call.headers.get(b"authorization")
    if sent is None or sent[:7].lower() != b"bearer ":
        return None
    return sent[7:].strip().decode("latin-1")[:_MAX_TOKEN] or None


def token_request(call: Call) -> TokenRequest:
    """A token request: form fields (urlencoded or multipart), JSON or query, the client also as HTTP Basic.

    Raises NotGranted (`invalid_request`) for what cannot be read.
    """
    try:
        fields: dict[str, Any] = {**call.query_form(), **_body(call)}
    except Unreadable as problem:
        raise NotGranted("invalid_request", problem.message) from None
    names = TokenRequest.__struct_fields__
    found = {name: value for name in names if isinstance(value := fields.get(name), str)}
    return TokenRequest(**(found | _basic(call)))


def _body(call: Call) -> dict[str, Any]:
    if call.content_type == "application/json":
        return call.json(dict[str, Any])
    return call.form()


def _basic(call: Call) -> dict[str, str]:
    """Client id and secret of HTTP Basic, form-decoded as RFC 6749, section 2.3.1, has it."""
    sent = call.headers.get(b"authorization", b"")
    if sent[:6].lower() != b"basic ":
        return {}
    try:
        user, colon, password = base64.b64decode(sent[6:].strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise NotGranted("invalid_client", "The Authorization header is not valid HTTP Basic.") from None
    return {"client_id": unquote(user), "client_secret": unquote(password)} if colon else {}


class RefusalBody(msgspec.Struct):
    """The body of a refused token request (RFC 6749, section 5.2)."""

    error: str
    error_description: str


def refusal(call: Call, problem: NotGranted) -> Reply:
    """A refused token request, as RFC 6749, section 5.2, spells it."""
    body = RefusalBody(problem.code, problem.message)
    unknown = problem.code == "invalid_client"
    headers: Headers = _NO_STORE
    if unknown and b"authorization" in call.headers:
        headers = (*headers, (b"www-authenticate", b'Basic realm="rejoinder"'))
    return Reply(401 if unknown else 400, msgspec.json.encode(body), JSON, headers)


def token_endpoint(
    path: str, policy: TokenPolicy, words: Callable[[Granted], dict[str, Any]], source: str
) -> Endpoint:
    """`POST path`, where a dialect issues tokens.

    Parameters: `words` — the body in which the vendor tells what was granted; `source` — the place in its
    document. Credentials are checked before the writer is asked for anything.
    """

    def check(call: Call) -> Grantee:
        return check_request(call.unit.session, policy, token_request(call), call.now)

    def issue(call: Call) -> Reply:
        granted = grant(call.unit.session, policy, call.prepared, call.now)
        if isinstance(granted, NotGranted):
            return call.dialect.problem(call, granted)  # not raised: what it revoked must be committed
        return Reply(200, msgspec.json.encode(words(granted)), JSON, _NO_STORE)

    return Endpoint(
        method="POST",
        path=path,
        handler=issue,
        prepare=check,
        max_body=MAX_TOKEN_REQUEST,
        where=Where.WRITER,
        scope=None,
        summary="Get an access token",
        errors=(NotGranted,),
        source=source,
        accepts=("application/x-www-form-urlencoded", "multipart/form-data"),
    )
