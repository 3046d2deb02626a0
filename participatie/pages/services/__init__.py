"""Changing what the municipality sets up for the whole site."""
