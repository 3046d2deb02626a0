"""The ballot box: roll, ballots, closing, tally."""
