"""The fictive municipality of Waterlanden: seeds, test log-ins, the demo's post."""
