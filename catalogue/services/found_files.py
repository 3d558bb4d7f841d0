"""Files of a repository that nobody registered: listed, so that a template can be made of them."""

from uuid import UUID

from catalogue.models import Conversion, FoundFile, Package, TemplateDisk, TemplateRepository, Upload
from contracts.uploads import RepositoryObserved

MOST_LISTED = 500
LONGEST_PATH = 512


def note_found_files(repository: TemplateRepository, observation: RepositoryObserved) -> None:
    """Keep which files are nobody's now, those of one package as one. Joins the caller's transaction."""
    files = {file.path: file for file in observation.files if len(file.path) <= LONGEST_PATH}
    nobodys = sorted(files.keys() - registered(files.keys()))
    arriving = set(Upload.objects.filter(uuid__in=_folders(nobodys)).values_list("uuid", flat=True))
    nobodys = [path for path in nobodys if not _folders([path]) & arriving]
    packages = {path: files[path].beside for path in nobodys if files[path].beside}
    in_packages = {path for beside in packages.values() for path in beside} - packages.keys()
    shown = [path for path in nobodys if path not in in_packages][:MOST_LISTED]
    repository.found_files.exclude(path__in=shown).delete()
    for path in shown:
        beside = packages.get(path, ())
        there = [each for each in beside if each in nobodys]
        FoundFile.objects.update_or_create(
            repository=repository,
            path=path,
            defaults={
                "size_bytes": sum(files[each].size_bytes for each in (path, *there)),
                "beside": there,
                "missing": [each for each in beside if each not in there],
            },
        )


def registered(paths) -> set[str]:
    """All that belongs to something, wherever it lies: paths are few beside those that are asked for."""
    known: set[str] = set()
    for model in (TemplateDisk, Conversion, Package):
        known |= set(model.objects.filter(path__isnull=False).values_list("path", flat=True))
    return known & set(paths)


def _folders(paths: list[str]) -> set[UUID]:
    """The folders of these files that are called as an upload is: their template is about to be made."""
    found = set()
    for path in paths:
        for part in path.split("/")[:-1]:
            try:
                found.add(UUID(part))
            except ValueError:
                continue
    return found
