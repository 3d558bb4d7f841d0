"""Themes in the REST dialect: a second representation of enterprises."""
