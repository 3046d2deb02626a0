"""The count: pure functions from ballots to a result with its explanation."""
