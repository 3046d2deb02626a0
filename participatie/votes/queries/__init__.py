"""Finding rounds, what was cast and counted, and what people did."""
