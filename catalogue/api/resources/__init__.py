"""How the catalogue looks in the REST dialect."""

from catalogue.api.resources.category import CATEGORY
from catalogue.api.resources.disk import TEMPLATE_DISK, dialect_format, formats_named
from catalogue.api.resources.package import PACKAGE
from catalogue.api.resources.repository import REPOSITORY
from catalogue.api.resources.task import TEMPLATE_TASK
from catalogue.api.resources.template import TEMPLATE, TEMPLATE_PATH, TEMPLATE_REFERENCE

__all__ = [
    "CATEGORY",
    "PACKAGE",
    "REPOSITORY",
    "TEMPLATE",
    "TEMPLATE_DISK",
    "TEMPLATE_PATH",
    "TEMPLATE_REFERENCE",
    "TEMPLATE_TASK",
    "dialect_format",
    "formats_named",
]
