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


def driver_error(error: BaseException) -> BaseException:
    """The driver's own exception behind SQLAlchemy's wrapper, or `error` itself."""
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def connection_lost(error: BaseException) -> bool:
    """Whether the connection cannot be used again after this failure."""
    found = driver_error(error)
    return isinstance(found, (psycopg.OperationalError, psycopg.InterfaceError, sqlite3.ProgrammingError))


def as_problem(error: BaseException) -> BaseException:
    """The Problem that a driver failure means; anything else is given back unchanged."""
    if isinstance(error, Problem):
        return error
    found = driver_error(error)
    if isinstance(found, _CONSTRAINT):
        problem: Problem = AlreadyExists(
            "Something with the same identity exists already; nothing was changed."
        )
    elif isinstance(found, _LATER):
        problem = Unavailable(
            "The store cannot be reached or is busy; nothing was changed. Try again shortly."
        )
    elif isinstance(found, _DRIVER):
        problem = Broken("The store refused a statement; nothing was changed.")
    else:
        return error
    problem.__cause__ = error
    return problem
