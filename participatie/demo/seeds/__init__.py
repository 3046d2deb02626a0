"""The fictive municipality of Waterlanden: its people, its processes, and what they say."""
