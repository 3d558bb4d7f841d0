"""How the catalogue looks in the REST dialect."""

from catalogue.api.format_words import dialect_format, formats_named
from catalogue.api.resources.blueprint import SPEC, SPEC_REFERENCES, VERSIONS
from catalogue.api.resources.category import CATEGORY
from catalogue.api.resources.conversion import CONVERSION
from catalogue.api.resources.disk import TEMPLATE_DISK
from catalogue.api.resources.package import PACKAGE
from catalogue.api.resources.repository import REPOSITORY
from catalogue.api.resources.task import CONVERSION_TASK, DISK_TASK, REPOSITORY_TASK, TEMPLATE_TASK
from catalogue.api.resources.template import TEMPLATE, TEMPLATE_PATH, TEMPLATE_REFERENCE

__all__ = [
    "CATEGORY",
    "CONVERSION",
    "CONVERSION_TASK",
    "DISK_TASK",
    "PACKAGE",
    "REPOSITORY",
    "REPOSITORY_TASK",
    "SPEC",
    "SPEC_REFERENCES",
    "TEMPLATE",
    "TEMPLATE_DISK",
    "TEMPLATE_PATH",
    "TEMPLATE_REFERENCE",
    "TEMPLATE_TASK",
    "VERSIONS",
    "dialect_format",
    "formats_named",
]
