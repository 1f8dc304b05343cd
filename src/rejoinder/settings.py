"""Every setting, once. Nothing else reads the environment.

A setting `body_timeout` is the variable `REJOINDER_BODY_TIMEOUT`. `table()` lists them all for the
command line and for the test that holds `docs/operate.md` to the truth.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple, Self, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from rejoinder.model.mailbox import parse_mailbox
from rejoinder.model.smtp import parse_smtp_url

PREFIX = "REJOINDER_"
RATE_LIMIT = re.compile(r"REJOINDER_([A-Z]+)_RATE_LIMIT")
ORIGIN = re.compile(r"\*|https?://(\*\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")
SWITCH = dict.fromkeys(("on", "true", "yes", "1"), True) | dict.fromkeys(("off", "false", "no", "0"), False)


class BadSetting(ValueError):
    """A setting whose value cannot be used; the message names the variable and what it takes."""


class Row(NamedTuple):
    """One line of the table of settings."""

    variable: str
    kind: str
    default: str
    meaning: str


def _about(text: str, **limits: Any) -> Meta:
    return Meta(description=text, **limits)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings with their defaults."""

    database: Annotated[
        str, _about("Where the data is: `sqlite:///path` (three slashes: relative) or `postgresql://…`.")
    ] = "sqlite:///rejoinder-data/rejoinder.db"
    host: Annotated[str, _about("The address to listen on.")] = "127.0.0.1"
    port: Annotated[int, _about("The port to listen on.", ge=0, le=65535)] = 8321
    workers: Annotated[int, _about("Server processes; on SQLite more help reads only.", ge=1, le=256)] = 1
    public_url: Annotated[
        str | None, _about("The address that clients and respondents use; links start with it.")
    ] = None
    trusted_proxies: Annotated[
        tuple[str, ...], _about("Networks of proxies whose `X-Forwarded-*` headers count, comma-separated.")
    ] = ()
    cors_origins: Annotated[
        tuple[str, ...], _about("Origins whose pages may call the APIs, comma-separated, or `*`.")
    ] = ()
    embed_origins: Annotated[
        tuple[str, ...],
        _about(
            "Origins whose pages may show survey pages in a frame, comma-separated, or `*`; ours always may."
        ),
    ] = ()
    max_body: Annotated[int, _about("The largest request body, in bytes.", ge=1024)] = 33_554_432
    max_upload: Annotated[int, _about("The largest file that a respondent may send, in bytes.", ge=1024)] = (
        10_000_000
    )
    body_timeout: Annotated[
        float, _about("Seconds a request body may stand still before the request is dropped.", gt=0)
    ] = 30.0
    sqlite_synchronous: Annotated[
        Literal["FULL", "NORMAL"],
        _about("What an acknowledged write outlives: `FULL` a power failure, `NORMAL` a crash."),
    ] = "FULL"
    database_pool: Annotated[
        int, _about("Reading connections per process on PostgreSQL; up to 4 more write.", ge=1, le=1000)
    ] = 8
    log_level: Annotated[Literal["debug", "info", "warning", "error"], _about("The lowest level logged.")] = (
        "info"
    )
    log_format: Annotated[
        Literal["json", "text", "auto"], _about("`auto` is `text` on a terminal and `json` elsewhere.")
    ] = "auto"
    access_log: Annotated[bool, _about("Log every request (without its query).")] = False
    gzip_streams: Annotated[bool, _about("Compress streams too; saves network, costs much CPU.")] = False
    rate_limits: Annotated[
        dict[str, int],
        _about(
            "Requests a minute for each client of a dialect (`PUBLIC`: each address without one; `CONSOLE`: "
            "attempts in 5 minutes of one address to sign in to one account); 0 = none."
        ),
    ] = {}
    token_cache_seconds: Annotated[
        float,
        _about(
            "How long a process trusts a token it has seen; one revoked meanwhile works so long.", ge=0, le=60
        ),
    ] = 2.0
    shutdown_grace: Annotated[float, _about("Seconds that running requests get at shutdown.", ge=0)] = 30.0
    jobs: Annotated[bool, _about("Whether `serve` also runs background jobs.")] = True
    webhook_schedule: Annotated[
        tuple[str, ...],
        _about("Seconds before each further try of a webhook, comma-separated; then a delivery has failed."),
    ] = ("5", "300", "1800", "7200", "18000", "36000", "50400", "72000", "86400")
    webhook_timeout: Annotated[
        float, _about("Seconds that one try may take in all, reply included.", gt=0, le=300)
    ] = 10.0
    webhook_concurrency: Annotated[
        int, _about("Requests to one webhook at a time, in each process.", ge=1, le=512)
    ] = 16
    webhook_disable_days: Annotated[
        float, _about("Days of failures without one success after which a webhook is disabled.", gt=0)
    ] = 5.0
    webhook_keep_days: Annotated[
        float, _about("Days for which events and the log of their deliveries are kept.", gt=0)
    ] = 30.0
    webhook_allow_private: Annotated[
        bool, _about("Whether webhooks may lead to this machine and into private networks.")
    ] = False
    export_keep_days: Annotated[
        float, _about("Days for which the file of an export is kept.", gt=0, le=365)
    ] = 7.0
    export_max_bytes: Annotated[
        int, _about("The largest file of an export that the store keeps, in bytes.", ge=1_000_000)
    ] = 2_000_000_000
    metrics_token: Annotated[
        str | None, _about("Bearer token that `/metrics` asks for; open when unset.")
    ] = None
    smtp_url: Annotated[
        str | None,
        _about(
            "Mail server, `smtp://user:password@host:587` or `smtps://…`; unset, mails stay in the outbox."
        ),
    ] = None
    smtp_timeout: Annotated[
        float, _about("Seconds the mail server may take for each step of a delivery.", gt=0, le=120)
    ] = 30.0
    mail_from: Annotated[
        str | None, _about("Sender of all mail, such as `Surveys <surveys@example.org>`.")
    ] = None
    mail_per_minute: Annotated[
        int, _about("Mails a minute, of all workspaces and processes together; 0 = no limit.", ge=0)
    ] = 600
    mail_address_gap: Annotated[
        float, _about("Seconds between two mails to one address.", ge=0, le=86_400)
    ] = 60.0
    mail_domain_per_minute: Annotated[
        int, _about("Mails a minute to one recipients' domain; 0 = no limit.", ge=0)
    ] = 0
    text_engine: Annotated[
        Literal["embedded", "lexicon", "http", "onnx"],
        _about("What reads feedback: `embedded`, `lexicon` (without numpy), your service, your model."),
    ] = "embedded"
    text_url: Annotated[
        str | None, _about("The address of your text service, for the engine `http`; it is given comments.")
    ] = None
    text_token: Annotated[str | None, _about("Bearer token for your text service.")] = None
    text_version: Annotated[
        str,
        _about(
            "What your text service is kept as with each result; change it, and texts are read again.",
            pattern="^[A-Za-z0-9._-]{1,40}$",
        ),
    ] = "1"
    text_timeout: Annotated[
        float, _about("Seconds that a text service or translator may take for one request.", gt=0, le=300)
    ] = 30.0
    text_batch: Annotated[
        int, _about("Texts in one request to a service, or read together by a model.", ge=1, le=1000)
    ] = 64
    text_model: Annotated[str | None, _about("The directory of your model, for the engine `onnx`.")] = None
    text_tokens: Annotated[
        int, _about("Tokens of a text that your model reads; the rest is cut off.", ge=8, le=8192)
    ] = 256
    text_threads: Annotated[int, _about("Threads of your model.", ge=1, le=256)] = 1
    translator_url: Annotated[
        str | None,
        _about("The address of your translator; it is given comments. Unset, nothing is translated."),
    ] = None
    translator_token: Annotated[str | None, _about("Bearer token for your translator.")] = None
    translator_language: Annotated[
        str, _about("The language that comments are translated into.", pattern="^[a-z]{2}$")
    ] = "en"

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """The settings that `environ` asks for.

        Empty variables count as unset. Raises BadSetting, naming the variable and what it takes.
        """
        values: dict[str, Any] = {}
        for name, kind in _kinds().items():
            text = environ.get(variable(name), "").strip()
            if text and name != "rate_limits":
                values[name] = _read(name, kind, text)
        return cls(rate_limits=_rate_limits(environ), **values)

    def __repr__(self) -> str:
        hidden = ("smtp_url", "database", "metrics_token", "text_token", "translator_token")
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in hidden)
        return f"Settings({', '.join(shown)})"

    def mail_lacks(self) -> list[str]:
        """The settings without which mails wait though there is a mail server: their sender, their links."""
        needed = {"mail_from": self.mail_from, "public_url": self.public_url}
        return [variable(name) for name, value in needed.items() if self.smtp_url and value is None]

    def rate_limit(self, dialect: str, default: int) -> int:
        """Requests a minute for each client of `dialect`; `default` is the dialect's own, 0 means none."""
        return self.rate_limits.get(dialect, default)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return "REJOINDER_<DIALECT>_RATE_LIMIT" if name == "rate_limits" else PREFIX + name.upper()


def unknown(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that look like settings of ours and are none: likely misspelt."""
    known = {variable(name) for name in _kinds()}
    return tuple(
        sorted(v for v in environ if v.startswith(PREFIX) and v not in known and not RATE_LIMIT.fullmatch(v))
    )


def from_environment() -> Settings:
    """The settings of this process. Raises BadSetting."""
    return Settings.load(os.environ)


def misspelt() -> tuple[str, ...]:
    """Variables of this process's environment that look like settings of ours and are none."""
    return unknown(os.environ)


def hand_down(settings: Settings, **others: str) -> None:
    """Put settings, and `others` as they are, into the environment of processes started from now on."""
    for name in [found for found in os.environ if RATE_LIMIT.fullmatch(found)]:
        del os.environ[name]
    os.environ.update(spelt(settings) | others)


def spelt(settings: Settings) -> dict[str, str]:
    """The variables that `Settings.load` reads these settings from; unset ones are empty."""
    texts = {variable(name): _text(getattr(settings, name)) for name in _kinds() if name != "rate_limits"}
    limits = settings.rate_limits.items()
    return texts | {f"{PREFIX}{dialect.upper()}_RATE_LIMIT": str(limit) for dialect, limit in limits}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value)


def table() -> tuple[Row, ...]:
    """All settings: variable, type, default and meaning."""
    defaults = Settings()
    return tuple(
        Row(variable(name), _spell(kind), _show(name, getattr(defaults, name)), _meaning(kind))
        for name, kind in _kinds().items()
    )


def _kinds() -> dict[str, Any]:
    return get_type_hints(Settings, include_extras=True)


def _meaning(kind: Any) -> str:
    return next((m.description or "" for m in get_args(kind) if isinstance(m, Meta)), "")


def _bare(kind: Any) -> Any:
    return get_args(kind)[0]


def _spell(kind: Any) -> str:
    bare = _bare(kind)
    if get_origin(bare) is Literal:
        return " | ".join(get_args(bare))
    words = {bool: "on | off", int: "whole number", float: "number", dict[str, int]: "whole number"}
    return words.get(bare, "list" if get_origin(bare) is tuple else "text")


def _show(name: str, default: Any) -> str:
    if name == "rate_limits":
        return "the dialect's own (cxi 100, others 6000); public 600; console 10"
    if isinstance(default, bool):
        return "on" if default else "off"
    if isinstance(default, float):
        return f"{default:g}"
    if isinstance(default, tuple):
        return ",".join(default)
    return "" if default is None else str(default)


def _read(name: str, kind: Any, text: str) -> Any:
    bare = _bare(kind)
    if bare is bool:
        return _switch(name, text)
    if get_origin(bare) is tuple:
        return _list(name, text)
    if name == "sqlite_synchronous":
        text = text.upper()
    elif name.startswith("log_"):
        text = text.lower()
    try:
        value = msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        raise BadSetting(
            f"{variable(name)}={text!r} cannot be used. It takes: {_spell(kind)} ({error})."
        ) from None
    if name == "smtp_url":
        return _smtp_url(text)
    if name == "mail_from" and parse_mailbox(text) is None:
        raise BadSetting(
            f"{variable(name)}={text!r} cannot be used: write it as Surveys <surveys@example.org>."
        )
    return _url(name, text) if name.endswith("_url") else value


def _smtp_url(text: str) -> str:
    """The address as it is, once it can be read; what is wrong is told without it: it holds a password."""
    try:
        parse_smtp_url(text)
    except ValueError as error:
        raise BadSetting(f"{variable('smtp_url')} cannot be used: {error}.") from None
    return text


def _switch(name: str, text: str) -> bool:
    try:
        return SWITCH[text.lower()]
    except KeyError:
        raise BadSetting(f"{variable(name)}={text!r} cannot be used: write on or off.") from None


def _list(name: str, text: str) -> tuple[str, ...]:
    items = tuple(item.strip() for item in text.split(",") if item.strip())
    for item in items if name == "trusted_proxies" else ():
        try:
            ipaddress.ip_network(item, strict=False)
        except ValueError:
            raise BadSetting(f"{variable(name)}: {item!r} is not a network like 10.0.0.0/8.") from None
    for item in items if name == "embed_origins" else ():
        if not ORIGIN.fullmatch(item.rstrip("/")):
            raise BadSetting(
                f"{variable(name)}: {item!r} is not an origin like https://www.example.org, nor *."
            )
    for item in items if name == "webhook_schedule" else ():
        if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", item):
            raise BadSetting(f"{variable(name)}: {item!r} is not a number of seconds like 300.")
    return tuple(item.rstrip("/") for item in items) if name.endswith("_origins") else items


def _url(name: str, text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise BadSetting(f"{variable(name)}={text!r} is not an address such as https://surveys.example.org.")
    return text.rstrip("/") if name == "public_url" else text


def _rate_limits(environ: Mapping[str, str]) -> dict[str, int]:
    limits = {}
    for name, text in environ.items():
        found = RATE_LIMIT.fullmatch(name)
        if found and text.strip():
            if not (text.strip().isascii() and text.strip().isdigit()):
                raise BadSetting(f"{name}={text!r} is not a whole number (0 = no limit).")
            limits[found[1].lower()] = int(text)
    return limits
