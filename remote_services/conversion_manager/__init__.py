"""Writes images of a template repository in other formats (V2V)."""
