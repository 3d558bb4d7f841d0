"""The page of one repository: what takes its room, whose that is as far as one may know, and what moves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalogue.models import Conversion, ConversionState, Upload
from catalogue.services.observing import observe
from catalogue.services.repository_state import refresh_repository
from contracts.uploads import RepositoryFile, RepositoryObserved
from tests.browsing import browser_of
from tests.world import MIB

pytestmark = pytest.mark.django_db(transaction=True)
GIB = 1024 * MIB


def page(world, user=None, part: str = "") -> str:
    headers = {"HX-Target": part, "HX-Request": "true"} if part else {}
    answer = browser_of(user or world.admin).get(
        f"/catalogue/repositories/{world.datacenter.pk}/", headers=headers
    )
    assert answer.status_code == 200
    return answer.content.decode()


def looked_through(world, capacity: int = 100 * GIB, free: int = 60 * GIB, *paths: str) -> None:
    files = tuple(RepositoryFile(path=path, size_bytes=5 * MIB) for path in ("Debian.qcow2", *paths))
    observe(
        RepositoryObserved(
            datacenter_id=world.datacenter.uuid, reachable=True, files=files, capacity_bytes=capacity,
            free_bytes=free, observed_at=timezone.now() + timedelta(seconds=1),
        )
    )  # fmt: skip


def test_it_tells_what_takes_the_room_by_template_and_what_is_kept(world, offers):
    Conversion.objects.create(
        template_disk=offers.template.disks.get(), format="vmdk", path="c.vmdk", began_at=timezone.now(),
        state=ConversionState.FINISHED, file_size_bytes=32 * MIB,
    )  # fmt: skip
    sent = {"enterprise": world.acme, "repository": offers.template.repository, "size_bytes": 64 * MIB}
    Upload.objects.create(name="Arriving", **sent)

    words = page(world, world.cloud_admin)

    assert "16 MiB" in words and "32 MiB" in words and "48 MiB" in words
    assert "112 MiB" in words and "Acme" in words
    assert "Arriving" in words and "every 3s" in words


def test_only_who_may_see_it_is_told_how_full_the_store_is(world, offers):
    looked_through(world)

    assert "60 GiB free" in page(world, world.cloud_admin)
    assert "GiB free" not in page(world, world.user)


def test_a_store_that_is_nearly_full_says_what_to_do(world, offers):
    looked_through(world, 100 * GIB, 5 * GIB)

    words = page(world, world.cloud_admin)

    assert "5 GiB free" in words and "nearly full" in words


def test_nothing_of_another_enterprise_is_told(world, offers):
    offers.own_template("Rivals own", world.rival)
    offers.own_template("Shared by rival", world.rival, shared=True)
    looked_through(world, 100 * GIB, 60 * GIB, "left/over.qcow2")
    Upload.objects.create(
        name="Secret", enterprise=world.rival, repository=offers.template.repository, size_bytes=1
    )

    words = page(world)

    assert "Debian" in words and "every 3s" not in words
    assert not [each for each in ("Rival", "Secret", "over.qcow2") if each in words]
    assert "over.qcow2" in page(world, world.cloud_admin)


def test_a_look_is_followed_while_it_runs_and_its_end_renews_the_figures(world, offers, datacenter):
    own = {"actor": world.admin, "datacenter": world.datacenter, "enterprise_id": world.acme.pk}
    begun = refresh_repository(**own)
    assert "every 3s" in page(world, part="repository-now")

    datacenter.work()

    answer = browser_of(world.admin).get(
        f"/catalogue/repositories/{world.datacenter.pk}/", headers={"HX-Target": "repository-now"}
    )
    words = answer.content.decode()
    assert str(begun.id) in words and "every 3s" not in words and "What takes most" not in words
    assert answer.headers["HX-Trigger-After-Swap"] == "repositoryEnded"
    assert "What takes most" in page(world, part="repository-use")


def test_a_location_without_a_repository_or_out_of_reach_has_no_page(world, offers):
    browser = browser_of(world.cloud_admin)
    assert browser.get("/catalogue/repositories/999/").status_code == 404


def test_an_empty_repository_says_what_would_be_there(world, offers):
    assert "No template of yours lies here" in page(world, world.rival_admin)
