"""The datacenter's template repository: finding a template and what its file says of itself.

Formats are given, never guessed; a file that would make QEMU open further files is refused.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from contracts.vocabulary import DiskFormat, ErrorCode
from remote_services.appliance_manager import qcow2
from remote_services.runtime.errors import RemoteError, TemplateMissing

INFO_TIMEOUT_SECONDS = 20


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
    return Template(path, disk_format, _virtual_size_bytes(path, disk_format))


def _virtual_size_bytes(path: Path, disk_format: DiskFormat) -> int:
    if disk_format is DiskFormat.RAW:
        return path.stat().st_size
    if disk_format is DiskFormat.QCOW2:
        return _qcow2_size_bytes(path)
    if disk_format is DiskFormat.VHDX:
        raise TemplateUnusable(
            f"{path.name} is a VHDX file; libvirt would read it as raw. Convert it to qcow2 first."
        )
    return _size_from_qemu_img(path, disk_format)


def _qcow2_size_bytes(path: Path) -> int:
    try:
        header = qcow2.read_header(path)
    except qcow2.NotQcow2 as error:
        raise TemplateUnusable(f"{path.name} is not a qcow2 file: {error}.") from error
    if header.backing_file or header.has_external_data_file:
        raise TemplateUnusable(f"{path.name} refers to another file; a template must stand alone.")
    return header.virtual_size_bytes


def _size_from_qemu_img(path: Path, disk_format: DiskFormat) -> int:
    arguments = ["qemu-img", "info", "-U", "-f", disk_format.value, "--output=json", str(path)]
    result = subprocess.run(
        arguments, check=False, capture_output=True, text=True, timeout=INFO_TIMEOUT_SECONDS
    )
    if result.returncode:
        raise TemplateUnusable(f"{path.name} is not a {disk_format} file: {result.stderr.strip()}")
    description = json.loads(result.stdout)
    extents = description.get("format-specific", {}).get("data", {}).get("extents", [])
    files = {extent.get("filename", str(path)) for extent in extents}
    if description.get("backing-filename") or files - {str(path)}:
        raise TemplateUnusable(f"{path.name} refers to another file; a template must stand alone.")
    return description["virtual-size"]
