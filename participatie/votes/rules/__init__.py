"""The rules of the ballot box: pure, without a library."""
