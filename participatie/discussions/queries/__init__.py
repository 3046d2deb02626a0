"""Finding discussions, comments and opinions."""
