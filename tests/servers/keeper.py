"""Starts a PostgreSQL cluster, and stops it when its last user is gone (see `postgres.py`).

Run as `python keeper.py MEETING_POINT SETTINGS_JSON`. Prints one line of JSON: the fields of
`postgres.Server`, or `{"error": sentence}`. Then it waits for the users' lock.
"""

from __future__ import annotations

import fcntl
import glob
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

USER = "rejoinder"
START_SECONDS = 60
ATTEMPTS = 5
INSTALL = (
    "PostgreSQL 13 or later is needed and was not found (looked for initdb on PATH and in "
    "/usr/lib/postgresql/*/bin). Run `make postgresql`, or install it: apt-get install postgresql, "
    "dnf install postgresql-server, brew install postgresql."
)


class NoServerError(Exception):
    """The cluster cannot be had; the message is for the person who runs the tests."""


def main(place: Path, settings: Mapping[str, str]) -> int:
    """Keep one cluster. Returns the exit status."""
    directory = Path(tempfile.mkdtemp(prefix="rejoinder-pg-"))
    server: subprocess.Popen[bytes] | None = None
    try:
        server, description = start(directory, settings)
        say(description)
        wait_for_last_user(place)
        return 0
    except NoServerError as problem:
        say({"error": str(problem)})
        return 1
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)  # at once: the data is thrown away
            server.wait()
        shutil.rmtree(directory, ignore_errors=True)


def start(directory: Path, settings: Mapping[str, str]) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Create a cluster in `directory` and start it on a free port."""
    binaries, account, password = find_binaries(), server_account(), secrets.token_urlsafe(24)
    if account:
        shutil.chown(directory, account["user"], account["group"])
    create(directory, binaries, account, password)
    for _ in range(ATTEMPTS):  # another process may take the free port before PostgreSQL does
        port = free_port()
        server = launch(directory, binaries, account, port, settings)
        if accepts(server, binaries, directory, port):
            return server, {
                "directory": str(directory),
                "port": port,
                "password": password,
                "pid": server.pid,
            }
    raise NoServerError(f"PostgreSQL did not start: {(directory / 'log').read_text()[-2000:]}")


def find_binaries() -> Path:
    """The directory of `initdb` and `postgres`; the newest installed version wins."""
    places = [Path(place) for place in glob.glob("/usr/lib/postgresql/[0-9]*/bin")]
    places.sort(key=lambda place: float(place.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        places.append(Path(found).resolve().parent)
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoServerError(INSTALL)


def server_account() -> dict[str, Any]:
    """Who runs PostgreSQL, as arguments for `subprocess`: nobody special, or `postgres` for root."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise NoServerError(
            "PostgreSQL refuses to run as root and there is no account `postgres`. "
            "Install the system's PostgreSQL package, or run the tests as an ordinary user."
        ) from None
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def create(directory: Path, binaries: Path, account: Mapping[str, Any], password: str) -> None:
    """Run initdb: UTF-8, English order of text, trust on the guarded socket, a password on TCP."""
    words = [str(binaries / "initdb"), "--pgdata", str(directory / "data"), "--username", USER]
    words += ["--encoding=UTF8", *locale(binaries), "--no-sync", "--no-instructions"]
    words += ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={directory / 'password'}"]
    (directory / "password").write_text(password)
    (directory / "password").chmod(0o644)  # read by the other account; the directory itself is closed
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, cwd="/", check=False, **account
    )
    (directory / "password").unlink()
    if done.returncode != 0:
        raise NoServerError(f"initdb failed: {done.stderr.decode(errors='replace')[-2000:]}")


def locale(binaries: Path) -> list[str]:
    """Words for initdb: text in the order of a dictionary, as most servers in the field have it.

    SQLite and Python compare bytes and code points; whatever silently relies on that fails here.
    """
    version = subprocess.run([binaries / "initdb", "--version"], check=True, capture_output=True, text=True)
    major = int(re.findall(r"\d+", version.stdout)[0])
    return ["--locale=C", *(["--locale-provider=icu", "--icu-locale=en"] if major >= 15 else [])]


def launch(
    directory: Path, binaries: Path, account: Mapping[str, Any], port: int, settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start the server process; its log goes to `log` in the cluster's directory."""
    chosen = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(directory),
        "max_connections": "200",
        **settings,
    }
    words = [str(binaries / "postgres"), "-D", str(directory / "data")]
    for name, value in chosen.items():
        words += ["-c", f"{name}={value}"]
    with (directory / "log").open("ab") as log:
        return subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **account,
        )


def accepts(server: subprocess.Popen[bytes], binaries: Path, directory: Path, port: int) -> bool:
    """Wait until the server accepts connections; False when it ended instead."""
    ready = [str(binaries / "pg_isready"), "-q", "-h", str(directory), "-p", str(port)]
    patience = time.monotonic() + START_SECONDS
    while server.poll() is None:
        if subprocess.run(ready, check=False).returncode == 0:
            return True
        if time.monotonic() > patience:
            server.kill()
            server.wait()
            raise NoServerError(f"PostgreSQL did not accept connections within {START_SECONDS} seconds.")
        time.sleep(0.05)
    return False


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_last_user(place: Path) -> None:
    """Return when no process holds the users' lock any more, having withdrawn the cluster's note."""
    try:
        users = (place / "postgres.users").open("a")
    except FileNotFoundError:  # the meeting point itself is gone
        return
    with users:
        fcntl.flock(users, fcntl.LOCK_EX)
        (place / "postgres.json").unlink(missing_ok=True)


def say(news: Mapping[str, Any]) -> None:
    """Print the one line of news and close standard output, so that the reader need not wait."""
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # leave through `finally`, like everybody
    sys.exit(main(Path(sys.argv[1]), json.loads(sys.argv[2])))
