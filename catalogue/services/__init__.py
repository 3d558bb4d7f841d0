"""The only writers of the catalogue."""

from catalogue.services.categories import (
    create_category,
    default_category,
    delete_category,
    update_category,
)
from catalogue.services.conversions import convert_disk, retry_conversion
from catalogue.services.deletion import delete_template, delete_template_files
from catalogue.services.editing import update_template, update_template_disk
from catalogue.services.templates import register_template, repository_of

__all__ = [
    "convert_disk",
    "create_category",
    "default_category",
    "delete_category",
    "delete_template",
    "delete_template_files",
    "register_template",
    "repository_of",
    "retry_conversion",
    "update_category",
    "update_template",
    "update_template_disk",
]
