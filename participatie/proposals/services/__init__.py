"""What can be done with a proposal."""
