"""The ways to prove who you are, one module each, chosen by name in LOGIN_PROVIDERS."""
