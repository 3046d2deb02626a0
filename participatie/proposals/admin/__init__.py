"""What the griffie does with proposals."""
