"""Every Problem in SurveyKiwi's words (003, "Errores"): `{"error", "error_description"}`."""

from __future__ import annotations

import msgspec

from rejoinder.kernel.call import Call
from rejoinder.kernel.endpoint import NOWHERE
from rejoinder.kernel.reply import Headers, Reply, json_reply
from rejoinder.model import problems as p

SPELLING: dict[type[p.Problem], tuple[int, str]] = {
    p.Unreadable: (400, "validation_exception"),
    p.Invalid: (400, "validation_exception"),
    p.AlreadyExists: (400, "validation_exception"),
    p.Stale: (400, "validation_exception"),
    p.NotAcceptable: (400, "validation_exception"),
    p.NotAuthenticated: (401, "invalid_token"),
    p.Expired: (401, "invalid_token"),
    p.NotGranted: (401, "Unauthorized"),
    p.NotAllowed: (401, "Unauthorized"),
    p.NotOnPlan: (401, "Unauthorized"),
    p.NotOnboarded: (401, "Unauthorized"),
    p.NotFound: (404, "not_found"),
    p.NotOffered: (405, "method_exception"),
    p.TooLarge: (413, "validation_exception"),
    p.TooMany: (429, "too_many_requests"),
    p.Broken: (500, "internal_server_error"),
    p.Unavailable: (503, "service_unavailable"),
}
SENTENCES = {
    "invalid_token": (
        "The access token provided is expired, revoked, malformed, or invalid for other reasons."
    ),
    "method_exception": "El método utilizado no está permitido",
    "Unauthorized": "No estás autorizado para realizar esta acción.",
    "not_found": "Recurso no econtrado.",
    "too_many_requests": "Demasiadas peticiones; espera los segundos que indica Retry-After.",
    "internal_server_error": "Hubo un problema en el servidor",
    "service_unavailable": "El servicio no está disponible por el momento.",
}
"""The document's own sentences, letter by letter, and one of ours."""
_TOKEN_ADVICE = {
    "invalid_request": "Falta grant_type u otro parámetro, o la petición no se puede leer.",
    "unsupported_grant_type": "grant_type admite client_credentials, password y refresh_token.",
    "invalid_client": "client_id o client_secret no son correctos.",
    "invalid_scope": "Estas llaves no tienen permiso para esta API.",
    "invalid_grant": "El refresh_token, o el usuario y la contraseña, no son correctos.",
}
_BEARER: Headers = ((b"www-authenticate", b"Bearer"),)
_NO_STORE: Headers = ((b"cache-control", b"no-store"), (b"pragma", b"no-cache"))


class ErrorBody(msgspec.Struct):
    """The body of an error: its type, and a sentence."""

    error: str
    error_description: str


def problem(call: Call, found: p.Problem) -> Reply:
    """Spell a problem."""
    status, error = SPELLING[type(found)]
    headers = _BEARER if error == "invalid_token" else ()
    if isinstance(found, p.NotGranted):
        headers = _NO_STORE
    return json_reply(ErrorBody(error, _sentence(call, found, error)), status, headers)


def _sentence(call: Call, found: p.Problem, error: str) -> str:
    said = SENTENCES.get(error, found.message)
    if isinstance(found, p.NotGranted):
        return f"{said} {_TOKEN_ADVICE.get(found.code, '')}".strip()
    if isinstance(found, p.NotFound):
        more = f"No hay nada en {call.path[:200]}." if call.endpoint is NOWHERE else found.message
        return f"{said} {more}"
    return said
