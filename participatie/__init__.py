"""participatie: residents discuss, propose, vote and divide a budget with their municipality."""
