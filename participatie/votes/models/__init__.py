"""The tables of the ballot box."""
