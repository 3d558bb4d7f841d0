"""Files of templates go, and nothing else does."""

from uuid import uuid4

import pytest

from contracts.appliance import DeleteTemplateFiles
from remote_services.appliance_manager.handlers.delete_template_files import delete_template_files
from remote_services.runtime.errors import TemplateMissing
from remote_services.runtime.settings import settings


@pytest.fixture
def repository(tmp_path, monkeypatch):
    directory = tmp_path / "repository"
    (directory / "7" / "tiny").mkdir(parents=True)
    (directory / "7" / "tiny" / "disk0.qcow2").write_text("disk")
    (directory / "7" / "other.qcow2").write_text("other")
    (tmp_path / "outside.qcow2").write_text("outside")
    monkeypatch.setenv("ATRIUM_REPOSITORY_DIR", str(directory))
    settings.cache_clear()
    return directory


def delete(*paths: str) -> dict:
    return delete_template_files(DeleteTemplateFiles(operation_id=uuid4(), paths=paths), None)


def test_the_file_goes_with_its_empty_folder_and_its_neighbours_stay(repository):
    delete("7/tiny/disk0.qcow2")

    assert not (repository / "7" / "tiny").exists()
    assert (repository / "7" / "other.qcow2").read_text() == "other"


def test_deleting_twice_is_fine(repository):
    delete("7/tiny/disk0.qcow2")
    delete("7/tiny/disk0.qcow2")

    assert repository.is_dir()


@pytest.mark.parametrize(
    "path", ("../outside.qcow2", "/etc/hostname", "7/../../outside.qcow2", ".", "7", "7/tiny", "a\0b")
)
def test_a_path_that_leads_out_or_names_a_folder_deletes_nothing(repository, path):
    with pytest.raises(TemplateMissing):
        delete("7/other.qcow2", path)

    assert (repository / "7" / "other.qcow2").exists()
    assert (repository.parent / "outside.qcow2").exists()
    assert (repository / "7" / "tiny" / "disk0.qcow2").exists()


def test_of_a_link_only_the_link_goes(repository):
    (repository / "link.qcow2").symlink_to(repository.parent / "outside.qcow2")

    delete("link.qcow2")

    assert not (repository / "link.qcow2").is_symlink()
    assert (repository.parent / "outside.qcow2").exists()


def test_a_linked_folder_leads_out(repository):
    (repository / "away").symlink_to(repository.parent)

    with pytest.raises(TemplateMissing):
        delete("away/outside.qcow2")
