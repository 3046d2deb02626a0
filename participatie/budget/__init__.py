"""Participatory budgeting: projects, money, award."""
