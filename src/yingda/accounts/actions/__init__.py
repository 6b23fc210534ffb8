"""Verbs of the slice."""
