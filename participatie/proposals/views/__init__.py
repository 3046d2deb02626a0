"""The pages of proposals for residents."""
