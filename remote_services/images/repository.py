"""Finding an image in a datacenter's template repository, with what its headers say of it.

Formats are given, never guessed; what would make QEMU open further files is refused before it sees them.
"""

from dataclasses import dataclass
from pathlib import Path

from contracts.vocabulary import DiskFormat, ErrorCode
from remote_services.images.inspection import inspect_image
from remote_services.images.refusal import ImageRefused
from remote_services.runtime.errors import RemoteError, TemplateMissing

# Hypervisors read what lies in the repository, often as another user.
FOLDER_MODE, FILE_MODE = 0o755, 0o644


class TemplateUnusable(RemoteError):
    code = ErrorCode.TEMPLATE_UNUSABLE


@dataclass(frozen=True)
class Template:
    path: Path
    format: DiskFormat
    virtual_size_bytes: int


def find_template(repository: Path, relative_path: str, disk_format: DiskFormat) -> Template:
    """The template file at ``relative_path``. Raises TemplateMissing, TemplateUnusable.

    Links are followed first, so that neither ``..`` nor a link leads out of the repository.
    """
    root = repository.resolve()
    try:
        path = (root / relative_path).resolve()
    except (OSError, ValueError) as error:
        raise TemplateMissing(f"The template path {relative_path!r} cannot be read: {error}.") from error
    if not path.is_relative_to(root):
        raise TemplateMissing(f"The template path {relative_path!r} leads out of the template repository.")
    if not path.is_file():
        raise TemplateMissing(f"The template {relative_path!r} is not in the template repository {root}.")
    try:
        facts = inspect_image(path, disk_format)
    except ImageRefused as refused:
        raise TemplateUnusable(
            f"The template {relative_path!r} is refused ({refused.code}). {refused.detail}"
        ) from refused
    except OSError as error:
        raise TemplateMissing(f"The template {relative_path!r} cannot be read: {error}.") from error
    return Template(path, disk_format, facts.virtual_size_bytes)
