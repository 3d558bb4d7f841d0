"""A Debian with cloud-init is deployed with all it may be told, and looked at from inside."""

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.acceptance.test_first_visit import told
from tests.acceptance.uploading import uploaded
from tests.peers import cloud_guest, session
from tests.system.tenant import Tenant, link

pytestmark = [pytest.mark.hypervisor, pytest.mark.slow, pytest.mark.timeout(1800)]

BOOT_SECONDS = 600
SSH = ("ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
       "-o", "ConnectTimeout=10", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR")  # fmt: skip
SCRIPT = """#!/bin/sh
# The variables, from where the guest finds them.
mkdir -p /mnt/drive
mount -o ro /dev/disk/by-label/config-2 /mnt/drive
cp /mnt/drive/openstack/latest/vm-variables.rc /run/variables
umount /mnt/drive
echo "ran as $(id -un)" > /run/user-data
"""


class Guest:
    """A machine that can be entered with a key, from its host's network namespace."""

    def __init__(self, namespace: str, address: str, key: Path):
        self._enter = ["nsenter", f"--net=/run/netns/{namespace}", *SSH, "-i", str(key), f"debian@{address}"]

    def run(self, command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._enter, command], input=typed, capture_output=True, text=True, timeout=120, check=False
        )

    def says(self, command: str, typed: str = "") -> str:
        done = self.run(command, typed)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout.strip()

    def wait(self) -> None:
        """Until it lets us in and cloud-init has done all it will."""
        deadline = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < deadline:
            if self.run("test -e /run/cloud-init/result.json").returncode == 0:
                return
            time.sleep(2)
        raise AssertionError(f"the guest was not ready within {BOOT_SECONDS} s")


@pytest.fixture(scope="module")
def key(tmp_path_factory) -> Path:
    """The private half of the owner's SSH key."""
    path = tmp_path_factory.mktemp("home") / "key"
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "laptop", "-f", str(path)]
    subprocess.run(make, check=True, timeout=30)
    return path


@pytest.fixture(scope="module")
def template(embedded) -> dict:
    """The Debian, uploaded and said to be set up by cloud-init with a first password."""
    reason = cloud_guest.why_impossible()
    if reason:
        pytest.skip(reason)
    directory = session.run_dir() / "cloud-guest"
    made = uploaded(embedded, cloud_guest.build(directory))
    shutil.rmtree(directory)
    changes = {
        "guestSetup": "CLOUD_INIT", "generateGuestInitialPassword": True, "loginUser": "debian",
        "variables": {"ROLE": "web"}, "ramRequired": 512,
    }  # fmt: skip
    answer = embedded.rest("PUT", link(made, "edit"), changes, user="dana")
    assert answer.status_code == 200, answer.text
    return made


@pytest.fixture(scope="module")
def machine(embedded, template, key) -> dict:
    """Deployed by its owner, who keeps a key, with user data, variables and addresses on the drive."""
    demo = embedded.rest("GET", "/login").json()
    public = key.with_suffix(".pub").read_text()
    answer = embedded.rest("PUT", link(demo, "edit"), {"publicSshKey": public}, user="dana")
    assert answer.status_code == 200, answer.text
    tenant = Tenant(embedded)
    tenant.template_url = link(template, "edit")
    body = {
        "label": "inside", "cpu": 2, "ram": 512, "fqdn": "inside.example.org", "staticAddresses": True,
        "variables": {"MOTTO": "it's $HOME; \"really\""},
        "links": [{"rel": "virtualmachinetemplate", "href": tenant.template_url}],
    }  # fmt: skip
    answer = embedded.rest("POST", tenant.machines_url, body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    told_to_guest = {"metadata": {"startup-script": SCRIPT}}
    assert embedded.rest("PUT", link(made, "metadata"), told_to_guest).status_code == 200
    task = tenant.act(made, "deploy")
    assert tenant.outcome(task, 180) == "FINISHED_SUCCESSFULLY", embedded.rest("GET", task).text
    return embedded.rest("GET", link(made, "edit")).json()


@pytest.fixture(scope="module")
def guest(embedded, machine, key) -> Guest:
    address = next(each["title"] for each in machine["links"] if each["rel"] == "nic0")
    found = Guest(told(embedded, "ATRIUM_NETWORK_NAMESPACE"), address, key)
    found.wait()
    found.address = address
    return found


def test_the_owners_key_lets_in_and_the_name_and_the_address_are_as_told(guest):
    assert guest.says("hostname -f") == "inside.example.org"
    assert f"{guest.address}/" in guest.says("ip -4 -o addr show dev eth0")
    assert "static" in guest.says("cat /etc/network/interfaces.d/*")
    assert "laptop" in guest.says("cat ~/.ssh/authorized_keys")


def test_the_first_password_signs_in(embedded, machine, guest):
    shown = embedded.rest("POST", f"{link(machine, 'edit')}/action/retrieveguestpassword", user="operator")
    assert shown.status_code == 200, shown.text
    password = shown.json()["password"]

    assert guest.says("su -c 'id -un' debian", f"{password}\n") == "debian"
    assert guest.run("su -c 'id -un' debian", "wrong\n").returncode != 0
    shadow = guest.says("sudo grep ^debian: /etc/shadow")
    assert "$6$" in shadow
    assert password not in guest.says("sudo cat /var/log/cloud-init.log /var/log/cloud-init-output.log")


def test_the_user_data_ran_and_read_the_variables(guest):
    assert guest.says("cat /run/user-data") == "ran as root"
    lines = guest.says("cat /run/variables").splitlines()
    assert lines == ["'MOTTO'='it'\\''s $HOME; \"really\"'", "'ROLE'='web'"]


def test_undeployed_it_leaves_nothing_of_its_drive(embedded, machine, guest):
    assert Tenant(embedded).run(machine, "undeploy") == "FINISHED_SUCCESSFULLY"

    assert [path for path in embedded.data_dir.rglob("*") if path.name.endswith(".guest.iso")] == []
