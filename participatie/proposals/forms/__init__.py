"""Forms of proposals: what residents write, and what the griffie does with it."""
