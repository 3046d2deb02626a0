"""The griffie's pages of a budget."""
