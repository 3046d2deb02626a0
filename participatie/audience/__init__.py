"""For whom a process is: where somebody lives, how old they are, which group they are of."""
