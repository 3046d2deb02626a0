"""The parts of the municipality (wijken and buurten), and which postcode lies in which."""
