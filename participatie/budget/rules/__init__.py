"""What holds for a budget, its plans, the list of a resident and the award."""
