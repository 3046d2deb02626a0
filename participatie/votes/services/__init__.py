"""What happens to a vote: opening, casting, closing, counting, publishing."""
