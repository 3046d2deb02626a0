"""Telling people: the outbox is emptied here, by the channels people chose."""
