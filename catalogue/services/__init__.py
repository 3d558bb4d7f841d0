"""The only writers of the catalogue."""

from catalogue.services.blueprints import (
    add_blueprint_version,
    create_blueprint,
    delete_blueprint,
    delete_blueprint_version,
    make_default_version,
    update_blueprint,
)
from catalogue.services.categories import (
    create_category,
    default_category,
    delete_category,
    update_category,
)
from catalogue.services.conversions import (
    convert_disk,
    convert_whole_template,
    delete_conversion,
    retry_conversion,
)
from catalogue.services.deletion import delete_template, delete_template_files
from catalogue.services.disks import add_empty_disk, copy_disk, delete_disk, delete_disk_file
from catalogue.services.editing import move_template, update_template, update_template_disk
from catalogue.services.packages import export_template
from catalogue.services.promotion import promote_template
from catalogue.services.relocation import copy_template
from catalogue.services.templates import register_template, repository_of
from catalogue.services.versions import (
    add_version,
    leave_versions,
    make_current_version,
    retire_version,
    take_back_version,
)

__all__ = [
    "add_blueprint_version",
    "add_empty_disk",
    "add_version",
    "convert_disk",
    "convert_whole_template",
    "copy_disk",
    "create_blueprint",
    "copy_template",
    "create_category",
    "default_category",
    "delete_blueprint",
    "delete_blueprint_version",
    "delete_category",
    "delete_conversion",
    "delete_disk",
    "delete_disk_file",
    "delete_template",
    "delete_template_files",
    "export_template",
    "leave_versions",
    "make_current_version",
    "make_default_version",
    "move_template",
    "promote_template",
    "register_template",
    "repository_of",
    "retire_version",
    "retry_conversion",
    "take_back_version",
    "update_blueprint",
    "update_category",
    "update_template",
    "update_template_disk",
]
