"""What guests are told: kept, checked, sealed to their datacenter, given when their machine is deployed."""

import base64
import json

import pytest

from catalogue.models import GuestSetup, Template
from compute.guests.documents import files_of
from compute.guests.passwords import hashed
from compute.models import Guest, VirtualMachine
from compute.sagas.guest_drive import facts_of
from compute.services import (
    change_guest,
    deploy,
    metadata_of,
    perform,
    reset_guest_password,
    reveal_guest_password,
    set_metadata,
    user_data_of,
)
from compute.states import MachineState
from contracts.base import Failed
from core.errors import Conflict, Invalid, NotFound, OperationInProgress, PermissionRefused
from events.models import Event
from networking.models import Network
from notifications.models import MailMessage
from operations.models import Operation, OperationStatus, OutboxMessage, Step
from tenants.services import add_ssh_key
from tests.api_user import ApiUser, codes, machine_path
from tests.browsing import browser_of
from tests.compute.public_keys import new_key

SCRIPT = "#!/bin/sh\necho canary-of-user-data\n"
CONFIG = "#cloud-config\nruncmd: [touch /ran]\n"


@pytest.fixture
def cloud(world, datacenter):
    """The world's template is set up by cloud-init, with a first password."""
    Template.objects.filter(pk=world.template.pk).update(
        guest_setup=GuestSetup.CLOUD_INIT, generates_password=True, variables={"ROLE": "web"}
    )
    world.template.refresh_from_db()
    return world


def files(machine) -> dict[str, str]:
    return files_of(facts_of(VirtualMachine.objects.get(pk=machine.pk)))


def deployed(world, datacenter, **options):
    machine = world.new_machine("web", **options)
    deploy(actor=world.user, machine_id=machine.id)
    datacenter.work()
    machine.refresh_from_db()
    assert machine.state == MachineState.ON
    return machine


def test_a_deployed_guest_has_its_drive_and_an_undeployed_one_none(cloud, datacenter):
    machine = deployed(cloud, datacenter, user_data=SCRIPT, fqdn="web.example.org")

    defined = [command for command in datacenter.received if command.type.startswith("virtualization.define")]
    assert [cdrom.path for cdrom in defined[0].spec.cdroms] == [f"/nowhere/{machine.uuid}.guest.iso", ""]
    assert list(datacenter.guest_drives) == [machine.uuid]
    assert machine.guest.written_at

    perform(actor=cloud.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    assert datacenter.empty
    assert Guest.objects.get().written_at is None


def test_a_guest_that_nobody_sets_up_gets_no_drive(world, datacenter):
    machine = deployed(world, datacenter)

    assert not datacenter.guest_drives
    assert not Guest.objects.filter(virtual_machine=machine).exists()
    assert not MailMessage.objects.exists()


def test_a_drive_that_cannot_be_written_takes_the_deployment_back(cloud, datacenter):
    datacenter.answers["write_guest_drive"] = Failed(code="datastore_full", detail="0 bytes are free")
    machine = cloud.new_machine("web", user_data=SCRIPT)

    operation = deploy(actor=cloud.user, machine_id=machine.id)
    datacenter.work()

    operation.refresh_from_db()
    machine.refresh_from_db()
    assert (operation.status, operation.error["code"]) == (OperationStatus.FAILED, "datastore_full")
    assert machine.state == MachineState.NOT_ALLOCATED
    assert datacenter.empty
    assert not MailMessage.objects.exists()


def test_what_is_sent_to_a_datacenter_shows_nothing_of_it(cloud, datacenter):
    key = add_ssh_key(actor=cloud.user, text=new_key("laptop"))
    machine = deployed(cloud, datacenter, user_data=SCRIPT)
    password = reveal_guest_password(actor=cloud.cloud_admin, machine_id=machine.id)

    sent = "".join(command.model_dump_json() for command in datacenter.received)
    kept = "".join(
        str(row) for model in (Operation, Step, OutboxMessage, Event, Guest) for row in model.objects.values()
    )
    for secret in ("canary-of-user-data", password, hashed(password, machine.guest.uuid)):
        for spelling in (secret, base64.b64encode(secret.encode()).decode()[:-3]):
            assert spelling not in sent
            assert spelling not in kept
    assert key.line not in sent


def test_the_first_password_is_mailed_once_and_to_the_owner(cloud, datacenter):
    machine = deployed(cloud, datacenter)

    (mail,) = MailMessage.objects.all()
    assert (mail.template, mail.recipient) == ("guest_password", cloud.user.email)
    perform(actor=cloud.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    deploy(actor=cloud.user, machine_id=machine.id)
    datacenter.work()
    assert MailMessage.objects.count() == 1


@pytest.mark.parametrize("generates", [True, False])
def test_an_owner_without_mail_is_refused_only_where_a_password_would_be_mailed(cloud, datacenter, generates):
    Template.objects.update(generates_password=generates)
    cloud.user.email = ""
    cloud.user.save(update_fields=["email"])
    machine = cloud.new_machine("web")

    if generates:
        with pytest.raises(Conflict) as refusal:
            deploy(actor=cloud.user, machine_id=machine.id)
        assert refusal.value.code == "VM-155"
        assert refusal.value.remedy
        assert not Operation.objects.exists()
    else:
        assert deploy(actor=cloud.user, machine_id=machine.id)


def test_looking_at_the_first_password_takes_the_privilege_and_is_written_down(cloud, datacenter):
    machine = deployed(cloud, datacenter)

    with pytest.raises(PermissionRefused):
        reveal_guest_password(actor=cloud.user, machine_id=machine.id)
    with pytest.raises(NotFound):
        reveal_guest_password(actor=cloud.rival_admin, machine_id=machine.id)
    assert reveal_guest_password(actor=cloud.cloud_admin, machine_id=machine.id)

    (event,) = Event.objects.filter(kind="virtual_machine.guest_password_shown")
    assert event.actor_id == cloud.cloud_admin.id


def test_a_first_password_is_made_anew_only_for_the_next_deployment(cloud, datacenter):
    machine = deployed(cloud, datacenter)
    first = reveal_guest_password(actor=cloud.cloud_admin, machine_id=machine.id)
    with pytest.raises(Conflict) as refusal:
        reset_guest_password(actor=cloud.cloud_admin, machine_id=machine.id)
    assert refusal.value.code == "VM-162"

    perform(actor=cloud.user, machine_id=machine.id, action_name="undeploy")
    datacenter.work()
    reset_guest_password(actor=cloud.cloud_admin, machine_id=machine.id)
    with pytest.raises(NotFound) as missing:
        reveal_guest_password(actor=cloud.cloud_admin, machine_id=machine.id)
    assert missing.value.code == "VM-180"
    deploy(actor=cloud.user, machine_id=machine.id)
    datacenter.work()

    assert reveal_guest_password(actor=cloud.cloud_admin, machine_id=machine.id) != first
    assert MailMessage.objects.count() == 2


def test_user_data_of_a_machine_that_is_off_is_written_onto_its_drive_anew(cloud, datacenter):
    machine = deployed(cloud, datacenter, user_data=SCRIPT)
    with pytest.raises(Conflict):
        change_guest(actor=cloud.user, machine_id=machine.id, user_data=CONFIG)
    perform(actor=cloud.user, machine_id=machine.id, action_name="power_off")
    datacenter.work()
    before = datacenter.guest_drives[machine.uuid]

    operation = change_guest(actor=cloud.user, machine_id=machine.id, user_data=CONFIG)
    assert Guest.objects.get().is_behind
    datacenter.work()

    operation.refresh_from_db()
    assert operation.status == OperationStatus.SUCCEEDED
    assert datacenter.guest_drives[machine.uuid] != before
    assert files(machine)["user_data"] == CONFIG
    assert not Guest.objects.get().is_behind
    assert VirtualMachine.objects.get(pk=machine.pk).state == MachineState.OFF
    assert change_guest(actor=cloud.user, machine_id=machine.id, user_data=CONFIG) is None


@pytest.mark.parametrize(
    ("what", "code"), [({"fqdn": "db.example.org"}, "VM-160"), ({"variables": {"A": "1"}}, "VM-183")]
)
def test_a_deployed_guest_keeps_its_name_and_variables(cloud, datacenter, what, code):
    machine = deployed(cloud, datacenter)

    with pytest.raises(Conflict) as refusal:
        change_guest(actor=cloud.user, machine_id=machine.id, **what)

    assert refusal.value.code == code


def test_a_guest_gets_the_keys_its_owner_has_or_those_chosen(cloud, datacenter):
    laptop = add_ssh_key(actor=cloud.user, text=new_key("laptop"))
    add_ssh_key(actor=cloud.user, text=new_key("phone"))
    machine = cloud.new_machine("web", user_data=SCRIPT)
    assert sorted(json.loads(files(machine)["meta_data.json"])["public_keys"]) == ["laptop", "phone"]

    change_guest(actor=cloud.user, machine_id=machine.id, keys=[laptop.id])
    assert list(json.loads(files(machine)["meta_data.json"])["public_keys"]) == ["laptop"]
    change_guest(actor=cloud.user, machine_id=machine.id, keys=None)
    assert len(json.loads(files(machine)["meta_data.json"])["public_keys"]) == 2


@pytest.mark.parametrize("whose", ["admin", "rival_admin"])
def test_somebody_elses_key_is_not_there_to_be_chosen(cloud, datacenter, whose):
    theirs = add_ssh_key(actor=getattr(cloud, whose), text=new_key("theirs"))
    machine = cloud.new_machine("web")

    with pytest.raises(NotFound) as refusal:
        change_guest(actor=cloud.user, machine_id=machine.id, keys=[theirs.id])

    assert refusal.value.code == "SSH-KEY-4"
    assert not Guest.objects.filter(chooses_keys=True).exists()


def test_static_addresses_stand_on_the_drive_as_they_were_leased(cloud, datacenter):
    machine = deployed(cloud, datacenter, static_addresses=True)

    (network,) = json.loads(files(machine)["network_data.json"])["networks"]
    nic = machine_nic(machine)
    assert network["ip_address"] == nic.lease.ip
    assert network["routes"][0]["gateway"] == nic.network.gateway


def test_a_template_of_the_hypervisor_s_tools_promises_no_password_that_nobody_sets(cloud, datacenter):
    tools = Template.objects.filter(pk=cloud.template.pk)
    tools.update(guest_setup=GuestSetup.HYPERVISOR_TOOLS)
    machine = cloud.new_machine("web")

    with pytest.raises(Conflict) as refusal:
        deploy(actor=cloud.user, machine_id=machine.id)

    assert refusal.value.code == "VM-161"
    assert not Guest.objects.exclude(sealed_password="").exists()
    tools.update(generates_password=False)
    deploy(actor=cloud.user, machine_id=machine.id)
    datacenter.work()
    machine.refresh_from_db()
    assert (machine.state, datacenter.guest_drives) == (MachineState.ON, {})


def test_each_card_asks_by_dhcp_or_is_told_its_address(cloud, datacenter):
    network = cloud.vdc and Network.objects.get(virtual_datacenter_id=cloud.vdc.id)
    cards = [(network, None), (network, None), (network, None)]
    machine = deployed(cloud, datacenter, static_addresses=True, cards=cards, dhcp_cards=[1, "0"])
    api, path = ApiUser(cloud.user.nick), machine_path(machine)

    def types() -> list[str]:
        told = json.loads(files(machine)["network_data.json"])["networks"]
        return [each["type"] for each in told]

    assert types() == ["ipv4_dhcp", "ipv4_dhcp", "ipv4"]
    perform(actor=cloud.user, machine_id=machine.id, action_name="power_off")
    datacenter.work()
    assert codes(api.put(path, {"dhcpNics": [7]})) == ["NIC-0"]
    assert codes(api.put(path, {"dhcpNics": [{"id": 1}]})) == ["NIC-0"]
    form = {"user_data": "", "which_keys": "all", "static_addresses": "on", "dhcp_cards": ["2"]}
    page = f"/machines/{machine.id}/guest/change/"
    assert "Cards that ask by DHCP all the same" in browser_of(cloud.user).get(page).content.decode()
    browser_of(cloud.user).post(page, form)
    datacenter.work()
    assert types() == ["ipv4", "ipv4", "ipv4_dhcp"]
    assert "but for one card" in browser_of(cloud.user).get(f"/machines/{machine.id}/guest/").content.decode()


def machine_nic(machine):
    from networking.models import Nic

    return Nic.objects.select_related("network", "lease").get(virtual_machine_id=machine.id)


def test_variables_are_the_templates_with_the_machines_own(cloud, datacenter):
    machine = cloud.new_machine("web", variables={"SIZE": "it's large"})

    assert machine.variables == {"ROLE": "web", "SIZE": "it's large"}


@pytest.mark.parametrize("value", ["two\nlines", "a\rb", "bell\a", ""])
def test_a_variable_of_more_than_a_line_is_refused(cloud, datacenter, value):
    with pytest.raises(Invalid) as refusal:
        cloud.new_machine("web", variables={"NAME": value})

    assert refusal.value.code == "VM-182"


def test_what_nobody_would_read_is_refused(world, datacenter):
    with pytest.raises(Conflict) as refusal:
        world.new_machine("web", user_data=SCRIPT)

    assert refusal.value.code == "GUEST-2"
    assert not VirtualMachine.objects.exists()


def test_a_startup_script_of_metadata_is_the_user_data_and_comes_back_where_it_stood(cloud, datacenter):
    machine = cloud.new_machine("web")
    sent = {"metadata": {"backupSchedule": {"a": 1}, "startup-script": SCRIPT}}

    set_metadata(actor=cloud.user, machine_id=machine.id, metadata=sent)
    machine.refresh_from_db()

    assert "canary" not in str(machine.metadata)
    assert user_data_of(machine) == SCRIPT
    assert metadata_of(cloud.user, machine) == sent
    assert metadata_of(cloud.viewer, machine) == {"metadata": {"backupSchedule": {"a": 1}}}
    set_metadata(actor=cloud.user, machine_id=machine.id, metadata={"other": 1})
    assert user_data_of(machine) == SCRIPT
    set_metadata(actor=cloud.user, machine_id=machine.id, metadata={"startup-script": ""})
    assert user_data_of(machine) == ""


def test_nothing_of_the_guest_changes_while_a_task_works_on_its_machine(cloud, datacenter):
    machine = cloud.new_machine("web")
    deploy(actor=cloud.user, machine_id=machine.id)

    with pytest.raises(OperationInProgress):
        change_guest(actor=cloud.user, machine_id=machine.id, user_data=SCRIPT)
