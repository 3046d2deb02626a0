"""Changing a budget: setting up, opening its vote, and awarding."""
