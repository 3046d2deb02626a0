"""Recipes: what a new process proposes, as data that a municipality can read and change."""
