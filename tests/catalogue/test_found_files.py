"""Files that lie in a repository and are nobody's: listed for who manages it, and made templates of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import FoundFile, Template, TemplateRepository, Upload, UploadState
from catalogue.services import register_template
from catalogue.services.bringing import take_in_file
from catalogue.services.observing import observe
from contracts.base import Failed, Succeeded
from contracts.uploads import RepositoryFile, RepositoryObserved
from contracts.vocabulary import RefusalCode
from core.errors import Conflict, NotFound, PermissionRefused
from infrastructure.models import LocationLimit
from tests.browsing import browser_of
from tests.catalogue.test_fetching import MIB, output_of

pytestmark = pytest.mark.django_db(transaction=True)
DISK = {"path": "7/own/disk.qcow2", "format": "qcow2", "file_size_bytes": MIB, "virtual_size_bytes": MIB}


def look(world, *paths: str, **packages: tuple[str, ...]) -> None:
    files = tuple(RepositoryFile(path=path, size_bytes=5 * MIB) for path in paths)
    files += tuple(
        RepositoryFile(path=f"{name}.ovf", size_bytes=MIB, beside=beside) for name, beside in packages.items()
    )
    observe(
        RepositoryObserved(
            datacenter_id=world.datacenter.uuid, reachable=True, files=files,
            observed_at=timezone.now() + timedelta(seconds=1),
        )
    )  # fmt: skip


@pytest.fixture
def found(world) -> FoundFile:
    own = {"enterprise": world.acme, "datacenter": world.datacenter}
    assert world.admin.pk
    register_template(actor=None, name="Own", disk=DISK, **own)
    look(world, DISK["path"], f"{world.acme.pk}/old/debian.qcow2")
    return FoundFile.objects.get()


def begin(world, found, **changes):
    return take_in_file(**{"actor": world.cloud_admin, "found": found, "enterprise": world.acme} | changes)


def test_only_what_belongs_to_nothing_is_listed_and_only_while_it_is_there(world, found):
    assert found.path == f"{world.acme.pk}/old/debian.qcow2"
    arriving = Upload.objects.create(
        enterprise=world.acme, repository=found.repository, name="Arriving", size_bytes=1
    )
    look(world, DISK["path"], f"{world.acme.pk}/{arriving.uuid}/disk-0.qcow2")
    assert not FoundFile.objects.exists()


def test_a_template_is_made_of_it_and_the_file_loses_its_old_name(world, found, datacenter):
    datacenter.answers["take_in_file"] = lambda command: Succeeded(output=output_of(command))

    begin(world, found, name="Old Debian")
    datacenter.work()

    assert (Template.objects.get(name="Old Debian").enterprise, FoundFile.objects.count()) == (world.acme, 0)
    deleted = [each for each in datacenter.received if each.type == "appliance.delete_template_files.v1"]
    assert [each.paths for each in deleted] == [(found.path,)]


def test_refused_it_stays_where_it_was(world, found, datacenter):
    datacenter.answers["take_in_file"] = Failed(code=RefusalCode.BACKING_FILE, detail="It lies over another.")

    begin(world, found)
    datacenter.work()

    upload = Upload.objects.get()
    assert (upload.state, upload.detail) == (UploadState.FAILED, "It lies over another.")
    assert FoundFile.objects.exists()
    assert "appliance.delete_template_files.v1" not in {each.type for each in datacenter.received}


def test_it_takes_the_right_and_an_enterprise_of_the_location_and_is_begun_once(world, found):
    with pytest.raises(PermissionRefused):
        begin(world, found, actor=world.user)
    LocationLimit.objects.filter(enterprise=world.rival).delete()
    with pytest.raises(NotFound):
        begin(world, found, enterprise=world.rival)
    begin(world, found)
    with pytest.raises(Conflict):
        begin(world, found)


def test_who_manages_repositories_sees_them_and_others_do_not(world, found):
    page = f"/catalogue/repositories/files/{found.pk}/"
    shown = browser_of(world.cloud_admin).get("/catalogue/repositories/").content.decode()
    hidden = browser_of(world.admin).get("/catalogue/repositories/").content.decode()

    assert (found.path in shown, found.path in hidden) == (True, False)
    assert browser_of(world.cloud_admin).get(page).status_code == 200
    assert browser_of(world.admin).get(page).status_code in (403, 404)
    posted = browser_of(world.cloud_admin).post(page, {"name": "Mine", "enterprise": world.acme.pk})
    assert (posted.status_code, Upload.objects.get().name) == (302, "Mine")


def test_a_location_has_its_repository_as_soon_as_its_appliance_manager_looked(world):
    assert (world.cloud_admin.pk, TemplateRepository.objects.count()) == (world.cloud_admin.pk, 0)

    look(world, "left.qcow2")

    assert TemplateRepository.objects.get().datacenter == world.datacenter
    assert "left.qcow2" in browser_of(world.cloud_admin).get("/catalogue/repositories/").content.decode()


def test_a_package_is_one_thing_whose_files_all_lose_their_names_in_the_end(world, found, datacenter):
    datacenter.answers["take_in_file"] = lambda command: Succeeded(output=output_of(command))
    look(world, "a.vmdk", "b.vmdk", "web.mf", web=("a.vmdk", "b.vmdk", "web.mf"))
    package = FoundFile.objects.get()
    shown = browser_of(world.cloud_admin).get("/catalogue/repositories/").content.decode()
    asked = browser_of(world.cloud_admin).get(f"/catalogue/repositories/files/{package.pk}/").content.decode()

    begin(world, package, name="Web")
    datacenter.work()

    assert (package.path, package.size_bytes, package.missing) == ("web.ovf", 16 * MIB, [])
    assert ("a package, with 3 files beside it" in shown, "web.ovf with a.vmdk, b.vmdk, web.mf" in asked) == (
        True,
        True,
    )
    (taken,) = [each for each in datacenter.received if each.type == "appliance.take_in_file.v1"]
    (deleted,) = [each for each in datacenter.received if each.type == "appliance.delete_template_files.v1"]
    assert taken.beside == ("a.vmdk", "b.vmdk", "web.mf")
    assert deleted.paths == ("web.ovf", "a.vmdk", "b.vmdk", "web.mf")
    assert not FoundFile.objects.exists()


def test_a_package_that_is_not_whole_or_not_nobodys_is_refused_with_what_is_missing(world, found):
    look(world, DISK["path"], web=(DISK["path"], "b.vmdk"))
    package = FoundFile.objects.get()

    with pytest.raises(Conflict, match="2 files are not there") as refused:
        begin(world, package)

    assert (package.missing, refused.value.code) == ([DISK["path"], "b.vmdk"], RefusalCode.OVF_MISSING)
    shown = browser_of(world.cloud_admin).get("/catalogue/repositories/").content.decode()
    assert ("b.vmdk is missing" in shown, f"files/{package.pk}/" in shown) == (True, False)
    assert not Upload.objects.exists()
