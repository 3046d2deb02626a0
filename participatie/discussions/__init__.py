"""Comments on everything a resident can publish."""
