"""The pages of an enterprise's cloud credentials and reserved hosts."""

import pytest
from django.urls import reverse

from core.sealing import unseal
from infrastructure.models import CloudCredentials, Host
from infrastructure.services import add_credentials, reserve_host
from infrastructure.services.cloud_credentials import PURPOSE
from tests.browsing import browser_of

SECRET = "Zq9-key-of-a-page"


@pytest.fixture
def root(world):
    return browser_of(world.cloud_admin)


def page(name: str, *ids: int) -> str:
    return reverse(f"infrastructure:{name}", args=ids)


@pytest.fixture
def kept(world) -> CloudCredentials:
    return add_credentials(
        actor=world.cloud_admin, enterprise=world.acme, provider="AMAZON", access="AKIA-1", key=SECRET
    )


def test_credentials_are_added_changed_and_removed(world, root):
    tab, add = page("enterprise_credentials", world.acme.id), page("add_credentials", world.acme.id)
    assert "No credentials yet" in root.get(tab).content.decode()
    assert root.get(add).status_code == 200

    added = root.post(add, {"provider": "AMAZON", "access": "AKIA-1", "key": SECRET}, follow=True)

    words = added.content.decode()
    assert "Amazon Web Services" in words and "AKIA-1" in words and SECRET not in words
    kept = CloudCredentials.objects.get(enterprise=world.acme)
    change = page("change_credentials", world.acme.id, kept.id)
    assert SECRET not in root.get(change).content.decode()
    root.post(change, {"access": "AKIA-2", "key": "other"})
    kept.refresh_from_db()
    assert (kept.access, unseal(kept.sealed_key, purpose=PURPOSE)) == ("AKIA-2", "other")
    remove = page("remove_credentials", world.acme.id, kept.id)
    assert "AKIA-2" in root.get(remove).content.decode()
    assert root.post(remove).headers["HX-Redirect"] == tab
    assert not CloudCredentials.objects.exists()


def test_an_empty_key_keeps_the_one_that_is_set(world, root, kept):
    root.post(page("change_credentials", world.acme.id, kept.id), {"access": "AKIA-1", "key": ""})

    kept.refresh_from_db()
    assert unseal(kept.sealed_key, purpose=PURPOSE) == SECRET


def test_a_refusal_stands_above_the_form_without_the_key(world, root, kept):
    typed = {"provider": "AMAZON", "access": "AKIA-3", "key": "typed-in-vain"}

    again = root.post(page("add_credentials", world.acme.id), typed)
    other = root.post(page("change_credentials", world.acme.id, kept.id), {"access": "AKIA-3"})

    words = again.content.decode()
    assert again.status_code == 409 and "PUBLIC-3" in words and "typed-in-vain" not in words
    assert other.status_code == 400 and "PUBLIC-11" in other.content.decode()


def test_who_does_not_manage_credentials_has_no_such_tab(world, kept):
    anna = browser_of(world.admin)

    assert anna.get(page("enterprise_credentials", world.acme.id)).status_code == 403
    overview = anna.get(reverse("tenants:enterprise", args=[world.acme.id])).content.decode()
    assert "Public clouds" not in overview and "Reserved hosts" not in overview
    assert (
        browser_of(world.cloud_admin).get(page("change_credentials", world.rival.id, kept.id)).status_code
        == 404
    )


def test_a_host_is_found_reserved_and_released(world, root):
    assert world.host.pk
    world.add_host("host-2", "fake:///two")
    tab = page("reserved_hosts", world.acme.id)
    assert "host-1" not in root.get(tab, {"q": "host-2"}).content.decode()

    reserved = root.post(page("reserve_host", world.acme.id, world.host.id), follow=True)

    assert "host-1 takes machines of Acme only" in reserved.content.decode()
    shown = root.get(page("host", world.host.id)).content.decode()
    assert "Reserved for" in shown and tab in shown
    root.post(page("release_host", world.acme.id, world.host.id))
    assert Host.objects.get(pk=world.host.pk).reserved_for is None


def test_the_page_offers_no_host_that_could_not_be_reserved(world, root):
    reserve_host(actor=world.cloud_admin, host=world.host, enterprise=world.rival)

    words = root.get(page("reserved_hosts", world.acme.id)).content.decode()

    assert "host-1" not in words
    refused = root.post(page("reserve_host", world.acme.id, world.host.id))
    assert refused.status_code == 409 and "MACHINE-12" in refused.content.decode()


def test_the_back_office_reserves_by_the_same_rules(world, root):
    host = world.host
    form = {"name": host.name, "description": "", "vcpus": 16, "memory_mib": 16384, "state": "MANAGED"}
    address = reverse("admin:infrastructure_host_change", args=[host.id])

    root.post(address, form | {"reserved_for": world.acme.id})
    assert Host.objects.get(pk=host.pk).reserved_for == world.acme
    root.post(address, form | {"reserved_for": world.rival.id})
    assert Host.objects.get(pk=host.pk).reserved_for == world.rival
    root.post(address, form | {"reserved_for": ""})
    assert Host.objects.get(pk=host.pk).reserved_for is None
