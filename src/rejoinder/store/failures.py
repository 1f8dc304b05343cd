"""Turn the drivers' failures into Problems, in one place. No message ever carries SQL."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

from rejoinder.model.problems import AlreadyExists, Broken, Problem, Unavailable

_CONSTRAINT = (sqlite3.IntegrityError, psycopg.errors.IntegrityError)
_DRIVER = (sqlite3.Error, psycopg.Error)
_LATER = (
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    sqlite3.ProgrammingError,
)


class Outdated(Exception):
    """What a write has read was changed by another process before it held the lock; begin it again."""


def driver_error(error: BaseException) -> BaseException:
    """The driver's own exception behind SQLAlchemy's wrapper, or `error` itself."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def driver_reason(error: BaseException) -> str:
    """The first line of what the driver says, for operators; the name of the error when it says nothing."""
    found = driver_error(error)
    lines = str(found).strip().splitlines()
    return lines[0] if lines and isinstance(found, _DRIVER) else type(found).__name__


def connection_lost(error: BaseException) -> bool:
    """Whether the connection cannot be used again after this failure."""
    found = driver_error(error)
    if isinstance(found, psycopg.OperationalError):
        return found.sqlstate is None or found.sqlstate.startswith(("08", "57P"))  # gone; or shut down
    return isinstance(found, (psycopg.InterfaceError, sqlite3.ProgrammingError))


def collided(error: BaseException) -> bool:
    """Whether the transaction was given up in favour of another one, and may succeed when begun again."""
    found = driver_error(error)
    return isinstance(found, (Outdated, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure))


def as_problem(error: BaseException) -> BaseException:
    """The Problem that a driver failure means; anything else is given back unchanged."""
    if isinstance(error, Problem):
        return error
    found = driver_error(error)
    if isinstance(found, _CONSTRAINT):
        problem: Problem = AlreadyExists(
            "Something with the same identity exists already; nothing was changed."
        )
    elif isinstance(found, (*_LATER, Outdated)):
        problem = Unavailable(
            "The store cannot be reached or is busy. Try again shortly; after a write, look first whether "
            "it arrived."
        )
    elif "not a database" in str(found) and isinstance(found, sqlite3.DatabaseError):
        problem = Unavailable("The file is not an SQLite database; name another one.")
    elif isinstance(found, _DRIVER):
        problem = Broken("The store refused a statement; nothing was changed.")
    else:
        return error
    problem.__cause__ = error
    return problem
