"""The home page and the municipality's own pages."""
