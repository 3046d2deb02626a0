"""Every part in every state and the pages that decide, as static files to look at and to test."""
