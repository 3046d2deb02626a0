"""What every slice stands on; it knows nothing of participation."""
