"""Who someone is: log-in, pseudonyms, roles, sessions."""
