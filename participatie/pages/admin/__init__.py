"""The edges for staff: the work list, and what is set up for the whole site."""
