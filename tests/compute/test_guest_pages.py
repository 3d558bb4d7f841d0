"""Setting guests up by pages and by REST: who sees what, what is refused where, and what comes back."""

import pytest

from catalogue.models import GuestSetup, Template
from compute.models import VirtualMachine
from compute.services import change_guest, deploy, user_data_of
from operations.models import Operation
from tenants.models import SshKey
from tenants.services import add_ssh_key
from tests.api_user import ApiUser, codes, machine_path
from tests.browsing import browser_of
from tests.compute.public_keys import new_key

CONFIG = "#cloud-config\npackages: [nginx]\n"
KEYS = "/account/ssh-keys/"


@pytest.fixture
def cloud(world, datacenter):
    Template.objects.filter(pk=world.template.pk).update(
        guest_setup=GuestSetup.CLOUD_INIT, generates_password=True, login_user="debian"
    )
    world.template.refresh_from_db()
    return world


@pytest.fixture
def machine(cloud):
    return cloud.machine


def deploy_form(world, **guest):
    world.host  # noqa: B018  somewhere to deploy to
    fields = {"template": world.template.id, "size": "image", "virtual_datacenter": world.vdc.id, "count": 1}
    told = {f"guest-{name}": value for name, value in guest.items()}
    return fields | {"name": "web", "new_appliance": "main", "guest-which_keys": "all"} | told


def test_the_deploy_form_gives_each_machine_what_its_guest_is_told(cloud):
    form = deploy_form(cloud, fqdn="web.example.org", user_data=CONFIG, variables="ROLE=web")

    answer = browser_of(cloud.user).post("/machines/deploy/", form | {"count": 2})

    assert answer.status_code == 302
    first, second = VirtualMachine.objects.order_by("id")
    assert (first.fqdn, second.fqdn) == ("web-1.example.org", "web-2.example.org")
    assert user_data_of(second) == CONFIG
    assert second.variables == {"ROLE": "web"}


@pytest.mark.parametrize(
    ("guest", "said"),
    [
        ({"user_data": "#cloud-config\na: [1\n"}, "Line 3, column 1"),
        ({"user_data": "hello"}, "first line is none of those"),
        ({"fqdn": "-web"}, "no host name"),
        ({"variables": "nonsense"}, "NAME=value"),
        ({"which_keys": "chosen", "keys": "4711"}, "4711"),
    ],
)
def test_a_mistake_is_told_in_the_plan_and_in_the_form_and_nothing_is_made(cloud, guest, said):
    browser, form = browser_of(cloud.user), deploy_form(cloud, **guest)

    plan = browser.post("/machines/deploy/plan/", form).content.decode()
    page = browser.post("/machines/deploy/", form).content.decode()

    assert said in plan
    assert said in page
    assert not VirtualMachine.objects.exists()


def test_what_was_typed_for_a_guest_is_passed_over_where_nobody_reads_it(world, datacenter):
    answer = browser_of(world.user).post("/machines/deploy/", deploy_form(world, user_data="anything"))

    assert answer.status_code == 302
    assert not hasattr(VirtualMachine.objects.get(), "guest")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CONFIG, "user-data-fine"),
        ("#!/bin/sh\n", "script"),
        ("#cloud-config\nrun_cmd: []\n", "cloud-init does not know run_cmd"),
        ("#cloud-config\n\ta: 1\n", "Line 2, column 1"),
        ("", ""),
    ],
)
def test_user_data_is_looked_at_while_it_is_typed(cloud, text, said):
    answer = browser_of(cloud.user).post("/machines/deploy/user-data/", {"guest-user_data": text})

    assert said in answer.content.decode()


def test_the_tab_is_there_only_for_guests_that_set_themselves_up(world, datacenter):
    page = f"/machines/{world.machine.id}/"
    browser = browser_of(world.user)
    assert "/guest/" not in browser.get(page).content.decode()

    Template.objects.update(guest_setup=GuestSetup.CLOUD_INIT)

    assert "/guest/" in browser.get(page).content.decode()
    assert "cloud-init acts on this" in browser.get(f"{page}guest/").content.decode()


def test_only_who_may_change_it_is_shown_the_user_data(cloud, machine):
    change_guest(actor=cloud.user, machine_id=machine.id, user_data=CONFIG)
    change = f"/machines/{machine.id}/guest/change/"

    shown = browser_of(cloud.user).get(change)
    assert "packages: [nginx]" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert browser_of(cloud.viewer).get(change).status_code == 403
    assert browser_of(cloud.rival_admin).get(change).status_code == 404
    assert "nginx" not in browser_of(cloud.user).get(f"/machines/{machine.id}/guest/").content.decode()


def test_the_page_changes_what_the_guest_is_told(cloud, machine):
    fields = {"user_data": CONFIG, "fqdn": "db.example.org", "variables": "A=1", "which_keys": "all"}

    answer = browser_of(cloud.user).post(f"/machines/{machine.id}/guest/change/", fields)

    machine.refresh_from_db()
    assert answer.url == f"/machines/{machine.id}/guest/"
    assert (machine.fqdn, machine.variables, user_data_of(machine)) == ("db.example.org", {"A": "1"}, CONFIG)


def test_the_first_password_is_shown_in_a_dialog_to_who_may(cloud, machine, datacenter):
    deploy(actor=cloud.user, machine_id=machine.id)
    datacenter.work()
    show = f"/machines/{machine.id}/guest/password/"

    shown = browser_of(cloud.cloud_admin).post(show)
    assert "debian" in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert browser_of(cloud.user).post(show).status_code == 403
    assert browser_of(cloud.cloud_admin).get(show).status_code == 405


def test_people_keep_their_keys_themselves(cloud):
    browser, line = browser_of(cloud.user), new_key("laptop")

    browser.post(KEYS, {"text": line})
    twice = browser.post(KEYS, {"text": line})
    wrong = browser.post(KEYS, {"text": "ssh-rsa AAAA"})
    (key,) = SshKey.objects.filter(user=cloud.user)

    assert (key.name, key.named_line) == ("laptop", line)
    assert "There is a key laptop already" in twice.content.decode()
    assert "damaged" in wrong.content.decode()
    assert key.fingerprint in browser.get(KEYS).content.decode()
    remove = f"{KEYS}{key.id}/remove/"
    assert browser_of(cloud.admin).post(remove).status_code == 404
    browser.post(remove)
    assert not SshKey.objects.exists()


@pytest.fixture
def anna(cloud):
    return ApiUser(cloud.admin.nick)


def test_a_machine_tells_its_host_name_and_variables_by_rest(anna, machine):
    path = machine_path(machine)

    assert anna.put(path, {"fqdn": "Web.example.org", "variables": {"A": "b"}}).status_code == 204

    shown = anna.get(path).json()
    assert (shown["fqdn"], shown["variables"]) == ("web.example.org", {"A": "b"})
    refused = anna.put(path, {"fqdn": "no host"})
    assert (refused.status_code, codes(refused)) == (400, ["VM-159"])


def test_metadata_carries_the_user_data_both_ways(anna, cloud, machine):
    path = f"{machine_path(machine)}/metadata"
    body = {"metadata": {"metadata": {"startup-script": CONFIG, "backupSchedule": {"x": 1}}}}

    assert anna.put(path, body).status_code == 200

    assert anna.get(path).json()["metadata"] == body["metadata"]
    hidden = ApiUser(cloud.viewer.nick).get(path).json()["metadata"]
    assert hidden == {"metadata": {"backupSchedule": {"x": 1}}}
    refused = anna.put(path, {"metadata": {"startup-script": "no"}})
    assert (refused.status_code, codes(refused)) == (400, ["GUEST-1"])
    assert ApiUser(cloud.rival_admin.nick).get(path).status_code == 404


def test_metadata_of_a_machine_that_is_off_answers_with_a_task(anna, cloud, machine, datacenter):
    deploy(actor=cloud.user, machine_id=machine.id)
    datacenter.work()
    VirtualMachine.objects.update(state="OFF")

    answer = anna.put(f"{machine_path(machine)}/metadata", {"metadata": {"startup-script": CONFIG}})

    assert answer.status_code == 202
    assert Operation.objects.filter(kind="virtual_machine.set_up_guest").count() == 1


def test_the_first_password_by_rest(cloud, machine, datacenter):
    root, path = ApiUser(cloud.cloud_admin.nick), machine_path(machine)
    missing = root.post(f"{path}/action/retrieveguestpassword")
    assert (missing.status_code, codes(missing)) == (404, ["VM-180"])
    deploy(actor=cloud.user, machine_id=machine.id)
    datacenter.work()

    shown = root.post(f"{path}/action/retrieveguestpassword")
    reset = root.post(f"{path}/action/resetguestpassword")

    assert shown.json()["user"] == "debian"
    assert len(shown.json()["password"]) >= 8
    assert (reset.status_code, codes(reset)) == (409, ["VM-162"])


def test_keys_of_a_user_are_lines_by_rest(cloud, anna):
    add_ssh_key(actor=cloud.user, text=new_key("old"))
    path = f"/api/admin/enterprises/{cloud.acme.id}/users/{cloud.user.id}"
    lines = f"{new_key('laptop')}\n{new_key('phone')}"

    assert anna.put(path, {"publicSshKey": lines}).status_code == 200

    assert sorted(anna.get(path).json()["publicSshKey"].splitlines()) == sorted(lines.splitlines())
    assert codes(anna.put(path, {"publicSshKey": "ssh-dss AAAA"})) == ["SSH-KEY-1"]
    anna.put(path, {"publicSshKey": ""})
    assert "publicSshKey" not in anna.get(path).json()
