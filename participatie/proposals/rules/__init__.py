"""What is true of proposals, without a database or a page."""
