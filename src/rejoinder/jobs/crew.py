"""All that works in the background of one process: the runner of jobs, those that only write exports and only
send mail, and what delivers to webhooks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rejoinder.jobs.dispatcher import Dispatcher
from rejoinder.jobs.runner import Runner


class Crew:
    """Starts and stops them together. `rest` is called when all have stopped."""

    def __init__(
        self, runners: Sequence[Runner], dispatcher: Dispatcher, rest: Callable[[], None] = lambda: None
    ) -> None:
        self.runners, self.dispatcher, self._rest = tuple(runners), dispatcher, rest

    def start(self) -> None:
        """Begin to look for work."""
        for runner in self.runners:
            runner.start()
        self.dispatcher.start()

    def stop(self, grace: float) -> bool:
        """Begin nothing more and wait up to `grace` seconds; True when everything that ran has ended."""
        deadline = time.monotonic() + grace
        self.dispatcher.ask_to_stop(grace)
        for runner in self.runners:
            runner.ask_to_stop()
        done = True
        for runner in self.runners:
            done = runner.stop(max(0.0, deadline - time.monotonic())) and done
        self._rest()
        # What was on its way is given back after the grace, which takes a moment.
        return self.dispatcher.join(max(0.0, deadline - time.monotonic()) + 5) and done

    def run_due(self) -> tuple[int, int]:
        """Do in this thread what is due now; gives the number of jobs and of tries to deliver."""
        return sum(runner.run_due() for runner in self.runners), self.dispatcher.run_due()
