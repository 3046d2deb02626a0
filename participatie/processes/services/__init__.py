"""Making, planning, opening and following a process."""
