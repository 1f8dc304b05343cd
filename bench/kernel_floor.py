"""Bar 13: what the kernel costs beside a bare ASGI application, requests per CPU second.

Run `python bench/kernel_floor.py`; needs `wrk`. Both servers run uvicorn with the same settings, one after
the other in turns; each is asked for the same 200 bytes. Prints the medians and their ratio.
"""

from __future__ import annotations

import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from typing import Any

BODY = b'{"x":"' + b"y" * 192 + b'"}'
ROUNDS, SECONDS = 3, 2
PATH = "/v1/surveys/p1234/respondents/data?page=2&pageSize=100"


async def bare(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The floor."""
    length = b"%d" % len(BODY)
    headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


def ours() -> Any:
    """The kernel with 120 routes, none of which needs the database."""
    from rejoinder.kernel.app import App
    from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
    from rejoinder.kernel.places import Doors
    from rejoinder.kernel.reply import Reply
    from rejoinder.settings import Settings

    def constant(_: Any) -> Reply:
        return Reply(200, BODY)

    paths = ["/v1/surveys/{id}/respondents/data", *(f"/a{n}/b/{{id}}/c" for n in range(119))]
    endpoints = tuple(
        Endpoint(method="GET", path=path, handler=constant, where=Where.INLINE, scope=None, database=False)
        for path in paths
    )
    dialect = Dialect(
        name="native",
        title="Floor",
        endpoints=endpoints,
        credentials=lambda call: None,
        problem=lambda call, problem: Reply(500),
    )
    return App([dialect], dialect, Doors(None, None, None, None), Settings())  # type: ignore[arg-type]


def serve(which: str, port: int) -> None:
    """Run one server in this process."""
    import uvicorn

    app = bare if which == "bare" else ours()
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        lifespan="off" if which == "bare" else "on",
    )


def measure(which: str) -> float:
    """Requests per CPU second of a fresh server."""
    port = _free_port()
    server = subprocess.Popen([sys.executable, __file__, which, str(port)])
    try:
        _wait_for(port)
        wrk = shutil.which("wrk") or sys.exit("wrk is not installed")
        started = _cpu(server.pid)
        command = [wrk, "-t1", "-c16", f"-d{SECONDS}", f"http://127.0.0.1:{port}{PATH}"]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent = _cpu(server.pid) - started
    finally:
        server.terminate()
        server.wait()
    assert "Non-2xx" not in output, output
    found = re.search(r"(\d+) requests in", output)
    assert found, output
    return int(found[1]) / spent


def _cpu(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("the server did not start")


def main() -> None:
    """Measure in turns and print the ratio."""
    rates: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(ROUNDS):
        for which, measured in rates.items():
            measured.append(measure(which))
    bare_rate, our_rate = (statistics.median(rates[which]) for which in ("bare", "ours"))
    print(f"bare {bare_rate:,.0f}/cpu s   ours {our_rate:,.0f}/cpu s   ratio {our_rate / bare_rate:.2f}")


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 1 else main()
