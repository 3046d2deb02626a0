"""What comes in from the pages of a budget; limits come from the rules."""
