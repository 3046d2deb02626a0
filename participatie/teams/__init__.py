"""Who works on which process, and as what."""
