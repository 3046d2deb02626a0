"""What anyone publishes: its state, who sees it, who follows it."""
