"""The griffie makes a process."""
