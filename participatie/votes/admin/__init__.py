"""The pages of votes for staff."""
