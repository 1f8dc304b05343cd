"""The console, as the kernel mounts it: pages for people who sign in."""

from __future__ import annotations

from rejoinder.console.area import Area
from rejoinder.console.assets import serve
from rejoinder.console.door.throttle import PAIR, Throttle
from rejoinder.console.errors import spelling
from rejoinder.console.gate import endpoints
from rejoinder.console.outside import Outside
from rejoinder.console.register import AREAS
from rejoinder.console.shell import Shell
from rejoinder.kernel.endpoint import Dialect, Endpoint, Where
from rejoinder.model.problems import NotFound
from rejoinder.store.rates import Rates


def console(rates: Rates, outside: Outside, areas: tuple[Area, ...] = AREAS) -> Dialect:
    """The console's endpoints.

    Parameters: `rates` — count attempts to sign in; `outside` — what the house does for it.
    """
    throttle = Throttle(rates, outside.settings.rate_limit("console", PAIR))
    shell = Shell(areas, throttle, outside)
    asset = Endpoint(
        method="GET",
        path="/console/assets/{name}",
        handler=serve,
        where=Where.INLINE,
        scope=None,
        database=False,
        summary="A file that the console loads",
        errors=(NotFound,),
        produces=("text/javascript", "text/css"),
    )
    return Dialect(
        name="console",
        title="Console",
        endpoints=(asset, *endpoints(areas, shell)),
        credentials=lambda call: None,
        problem=spelling(shell),
    )
