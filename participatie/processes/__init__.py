"""Participation processes (trajecten), their phases by date and their areas."""
