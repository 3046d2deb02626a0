"""Loading ahead: a program that is started early reads its code, then waits for its turn.

Half of a start is Python reading modules. A program that can wait does that while the database is
made; it is told of its turn by the end of a pipe, so also when who started it is gone.
"""

import os
from types import TracebackType
from typing import Self

DESCRIPTOR = "TURN_FD"


class Turn:
    """The turn of one program: it has the reading end, and goes on when the other is closed."""

    def __init__(self) -> None:
        self.reader, writer = os.pipe()
        self._writer: int | None = writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.come()
        os.close(self.reader)

    @property
    def environment(self) -> dict[str, str]:
        """What the program is told it by."""
        return {DESCRIPTOR: str(self.reader)}

    def come(self) -> None:
        """Let the program go on, and every later one in its place go on at once."""
        if self._writer is not None:
            os.close(self._writer)
            self._writer = None


def wait_for_turn() -> None:
    """Waits until the turn has come; who was not started ahead does not wait."""
    descriptor = os.environ.pop(DESCRIPTOR, None)
    if descriptor is not None:
        os.read(int(descriptor), 1)
        os.close(int(descriptor))
