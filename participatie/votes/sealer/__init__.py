"""Who holds the keys of votes and pseudonyms: a process of its own, without web or database."""
