"""The griffie's desk: reports, and decisions with grounds."""
