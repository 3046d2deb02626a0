"""The one error of this package."""


class RunError(Exception):
    """The system cannot start or go on; the message says why and what to do, in one sentence."""
