"""What can be done with a discussion, and with what is said in it."""
