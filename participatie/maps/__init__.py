"""Points on the map: where they may lie, the map they are shown on, and finding an address."""
