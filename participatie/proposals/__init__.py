"""Residents' proposals, their support and the municipality's answer."""
