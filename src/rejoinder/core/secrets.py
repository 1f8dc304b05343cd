"""Make, hash and compare secrets."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import cache

import argon2

_HASHER = argon2.PasswordHasher()


def new_secret(prefix: str = "") -> str:
    """A random secret of 256 bits, printable."""
    return prefix + secrets.token_urlsafe(32)


def token_hash(secret: str) -> str:
    """What is stored of a token or client secret.

    A plain SHA-256: the secret itself is 256 random bits, so that nothing is gained by a slow hash.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same_secret(given: str, stored_hash: str) -> bool:
    """Whether a secret has this hash, in constant time."""
    return hmac.compare_digest(token_hash(given), stored_hash)


def hash_password(password: str) -> str:
    """What is stored of a person's password (argon2id)."""
    return _HASHER.hash(password)


def right_password(password: str, stored_hash: str) -> bool:
    """Whether a password is the one behind a hash."""
    try:
        return _HASHER.verify(stored_hash, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


@cache
def nobody() -> str:
    """The hash to compare with when there is no such person, so that both answers take equally long."""
    return hash_password(new_secret())
