"""All that works in the background of one process: the runner of jobs, the one that only sends mail, and what
delivers to webhooks.
"""

from __future__ import annotations

import time

from rejoinder.jobs.dispatcher import Dispatcher
from rejoinder.jobs.runner import Runner


class Crew:
    """Starts and stops them together."""

    def __init__(self, runner: Runner, mailer: Runner, dispatcher: Dispatcher) -> None:
        self.runner, self.mailer, self.dispatcher = runner, mailer, dispatcher

    def start(self) -> None:
        """Begin to look for work."""
        self.runner.start()
        self.mailer.start()
        self.dispatcher.start()

    def stop(self, grace: float) -> bool:
        """Begin nothing more and wait up to `grace` seconds; True when everything that ran has ended."""
        deadline = time.monotonic() + grace
        self.dispatcher.ask_to_stop(grace)
        self.mailer.ask_to_stop()
        done = self.runner.stop(grace)
        done = self.mailer.stop(max(0.0, deadline - time.monotonic())) and done
        # What was on its way is given back after the grace, which takes a moment.
        return self.dispatcher.join(max(0.0, deadline - time.monotonic()) + 5) and done

    def run_due(self) -> tuple[int, int]:
        """Do in this thread what is due now; gives the number of jobs and of tries to deliver."""
        return self.runner.run_due() + self.mailer.run_due(), self.dispatcher.run_due()
