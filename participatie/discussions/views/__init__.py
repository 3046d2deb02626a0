"""The pages of discussions, and of what is said about any contribution."""
