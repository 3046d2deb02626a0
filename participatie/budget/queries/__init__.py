"""Finding budgets, their plans, and what is known of those."""
