"""Views of the catalogue's resources."""
