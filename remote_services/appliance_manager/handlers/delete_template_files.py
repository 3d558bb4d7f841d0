"""Removes a template's files from the repository, and the folders below it that this leaves empty."""

from contextlib import suppress
from pathlib import Path

from contracts.appliance import DeleteTemplateFiles
from remote_services.runtime.errors import TemplateMissing
from remote_services.runtime.registry import handles
from remote_services.runtime.settings import settings


@handles(DeleteTemplateFiles)
def delete_template_files(command: DeleteTemplateFiles, context) -> dict:
    """All paths are looked at before the first file goes."""
    root = settings().required("repository_dir").resolve()
    files = [_inside(root, path) for path in command.paths]
    for file in files:
        file.unlink(missing_ok=True)
        _remove_empty_folders(root, file.parent)
    return {}


def _inside(root: Path, relative_path: str) -> Path:
    """The file itself, not what it links to. Raises TemplateMissing for a path that leads out."""
    try:
        path = (root / relative_path).parent.resolve() / Path(relative_path).name
        is_folder = path == root or path.is_dir()
    except (OSError, ValueError) as error:
        raise TemplateMissing(f"The template path {relative_path!r} cannot be read: {error}.") from error
    if "\0" in relative_path or is_folder or not path.is_relative_to(root):
        raise TemplateMissing(f"The template path {relative_path!r} is no file in the template repository.")
    return path


def _remove_empty_folders(root: Path, folder: Path) -> None:
    while folder != root and folder.is_relative_to(root):
        with suppress(OSError):
            folder.rmdir()
        if folder.exists():
            return
        folder = folder.parent
