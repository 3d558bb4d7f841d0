"""The only writers of the catalogue."""

from catalogue.services.templates import register_template, repository_of

__all__ = ["register_template", "repository_of"]
