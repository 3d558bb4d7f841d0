"""Making, limiting and removing virtual datacenters and appliances from pages."""

from django.urls import reverse

from compute.models import VirtualAppliance, VirtualDatacenter
from tests.browsing import browser_of

NO_LIMITS = {
    f"{name}_{kind}": 0
    for name in ("vcpus", "memory_mib", "disk_mib", "machines")
    for kind in ("soft", "hard")
}


def test_a_virtual_datacenter_is_made_with_its_network(world):
    assert world.host.pk
    data = {"name": "Fresh", "datacenter": world.datacenter.id, "hypervisor_type": "KVM"}

    page = browser_of(world.admin).post(reverse("compute:create_virtual_datacenter"), data, follow=True)

    assert "default_private_network" in page.content.decode()
    assert VirtualDatacenter.objects.get().enterprise == world.acme


def test_a_name_that_is_taken_is_told(world):
    data = {"name": world.vdc.name, "datacenter": world.datacenter.id, "hypervisor_type": "KVM"}

    page = browser_of(world.admin).post(reverse("compute:create_virtual_datacenter"), data)

    assert (page.status_code, VirtualDatacenter.objects.count()) == (409, 1)
    assert "taken already" in page.content.decode()


def test_limits_are_changed_and_a_soft_one_above_the_hard_one_is_refused(world):
    client, address = browser_of(world.admin), reverse("compute:edit_virtual_datacenter", args=[world.vdc.id])

    refused = client.post(address, NO_LIMITS | {"name": "Production", "vcpus_soft": 9, "vcpus_hard": 8})
    client.post(address, NO_LIMITS | {"name": "Renamed", "vcpus_soft": 4, "vcpus_hard": 8})

    assert "must be at most the hard one (8)" in refused.content.decode()
    vdc = VirtualDatacenter.objects.get()
    assert (vdc.name, vdc.vcpus_soft, vdc.vcpus_hard) == ("Renamed", 4, 8)


def test_who_may_not_change_limits_is_told_why(world):
    data = NO_LIMITS | {"name": "Mine now"}

    page = browser_of(world.user).post(reverse("compute:edit_virtual_datacenter", args=[world.vdc.id]), data)

    assert "VDC_MANAGE" in page.content.decode()


def test_another_enterprise_can_neither_change_nor_delete(world):
    client = browser_of(world.rival_admin)
    for name in ("edit_virtual_datacenter", "delete_virtual_datacenter"):
        assert client.post(reverse(f"compute:{name}", args=[world.vdc.id]), NO_LIMITS).status_code == 404


def test_what_still_holds_something_is_not_deleted(world):
    assert world.machine.pk
    client = browser_of(world.admin)

    for name, row in (("virtual_datacenter", world.vdc), ("virtual_appliance", world.appliance)):
        page = client.post(reverse(f"compute:delete_{name}", args=[row.id]), headers={"HX-Request": "true"})
        assert "still holds" in page.content.decode()
    assert VirtualAppliance.objects.exists()
