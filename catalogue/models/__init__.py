"""Template repositories, templates and their disks."""

from catalogue.models.template import Template, TemplateDisk, TemplateRepository, TemplateState

__all__ = ["Template", "TemplateDisk", "TemplateRepository", "TemplateState"]
