"""The pages of a budget for everybody."""
