"""Keeping a handful of programs alive in one terminal, and ending them all together."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from participatie.run.children import Child, Program, how_it_ended
from participatie.run.errors import RunError
from participatie.run.log import Log
from participatie.run.signals import Signals, StopRequested

POLL = 0.05


class Supervisor:
    """Starts services, restarts those that die, and ends them all when its block is left.

    `stop_order` names the services that end first, one after the other. Use it in the main
    thread: signals arrive there, and children end with the thread that started them.
    """

    def __init__(self, log: Log, *, stop_order: tuple[str, ...] = ()) -> None:
        self._log = log
        self._stop_order = stop_order
        self._signals = Signals()
        self._children: list[Child] = []
        self._begun: dict[str, Child] = {}

    def __enter__(self) -> Self:
        self._signals.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()
        self._signals.__exit__(kind, error, trace)

    def start(self, service: Program) -> None:
        """Starts a service that from now on must live."""
        self._children.append(Child(service, self._log))
        self._log.say(f"{service.name} started")

    def begin(self, step: Program) -> None:
        """Starts a program whose turn is still to come."""
        self._begun[step.name] = Child(step, self._log)

    def finish(self, step: Program) -> None:
        """Runs a program to its end, while the services live. Raises `RunError` when it fails."""
        child = self._begun.pop(step.name, None) or Child(step, self._log)
        if step.turn:
            step.turn.come()
        try:
            self.watch(until=lambda: child.code() is not None)
        finally:
            code = child.code()
            child.kill()
        if code:
            raise RunError(f"{step.name} {how_it_ended(code)}; its lines above say why.")

    def watch(self, *, until: Callable[[], bool] | None = None) -> None:
        """Restarts services that die, until the condition holds.

        Raises `StopRequested` when somebody asks, and `RunError` when a service dies too often.
        """
        while until is None or not until():
            pauses = [child.mend() for child in self._children]
            waits = [pause for pause in pauses if pause is not None]
            if until is not None:
                waits.append(POLL)
            self._signals.wait(min(waits, default=None))

    def _stop(self) -> None:
        for child in self._begun.values():
            child.kill()
        order = {name: place for place, name in enumerate(self._stop_order)}
        for child in sorted(self._children, key=lambda child: order.get(child.name, len(order))):
            self._end(child)

    def _end(self, child: Child) -> None:
        """Asks, waits, then kills; a second Ctrl-C kills at once."""
        deadline = time.monotonic() + child.ask_to_stop()
        try:
            while child.code() is None and (left := deadline - time.monotonic()) > 0:
                self._signals.wait(min(left, POLL))
        except StopRequested:
            self._log.say(f"{child.name} is not waited for")
        child.kill()
