"""One machine, one command: the supervisor of the whole system."""
