"""The pages of a vote for residents."""
