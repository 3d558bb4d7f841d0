"""Seeds the demonstration: a provider, a tenant with users, this machine as a host, and a template.

Run again it changes nothing but what the environment says differently; passwords are made once
and kept in the file of logins.
"""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from billing.services import set_standard_prices
from catalogue.services import register_template, repository_of
from compute.models import VirtualAppliance, VirtualDatacenter
from compute.services import create_virtual_appliance, create_virtual_datacenter
from infrastructure.models import Datacenter, Datastore, Host, Rack
from infrastructure.services import (
    add_datastore,
    create_datacenter,
    create_rack,
    move_datastore,
    move_host,
    offer_hardware_profile,
    open_to,
    register_host,
    register_remote_service,
)
from portal.settings.environment import environment
from tenants.models import Enterprise, Scope, User
from tenants.services import (
    create_enterprise,
    create_user,
    load_place,
    load_privileges,
    load_scope,
    set_password,
)

USERS = (
    ("operator", "CLOUD_ADMIN", "Atrium Hosting", "Olga", "Operator"),
    ("dana", "ENTERPRISE_ADMIN", "Demo", "Dana", "Director"),
    ("demo", "USER", "Demo", "Dmitri", "Developer"),
)
PROFILES = (("Tiny", 1, 128), ("Small", 1, 256), ("Medium", 2, 512), ("Large", 2, 1024))
PRICES = {"vcpu_hour": "0.008", "memory_gib_hour": "0.004", "disk_gib_hour": "0.00015"}
DEMO_LIMITS = {
    "vcpus_soft": 20, "vcpus_hard": 24, "memory_mib_soft": 6144, "memory_mib_hard": 8192,
    "disk_mib_soft": 40960, "disk_mib_hard": 51200, "machines_soft": 20, "machines_hard": 24,
}  # fmt: skip
QUEUE_SERVICES = ("VIRTUAL_FACTORY", "VIRTUAL_SYSTEM_MONITOR", "DHCP_SERVICE")
MEBIBYTE = 1024 * 1024


class Command(BaseCommand):
    help = "Make the demonstration's enterprises, users, datacenter, host and template exist."

    def add_arguments(self, parser):
        parser.add_argument("--url", default="", help="address to write into the file of logins")
        parser.add_argument("--write-logins", type=Path, help="file of logins, written with mode 0600")
        parser.add_argument("--template-record", type=Path, help="JSON beside the template's disk image")
        parser.add_argument("--datastore", type=Path, help="directory of the host's datastore")
        parser.add_argument("--driver", default="libvirt", choices=("libvirt", "fake"))

    @transaction.atomic
    def handle(self, *args, **options):
        roles = load_privileges()
        provider = _enterprise("Atrium Hosting", is_provider=True)
        demo = _enterprise("Demo", **DEMO_LIMITS)
        datacenter = _datacenter(provider, demo)
        host = _host(datacenter, options["driver"])
        if options["datastore"]:
            _datastore(host, options["datastore"])
        for name, vcpus, memory_mib in PROFILES:
            offer_hardware_profile(actor=None, name=name, vcpus=vcpus, memory_mib=memory_mib)
        set_standard_prices(**PRICES)
        if options["template_record"]:
            _template(provider, datacenter, options["template_record"])
        scopes = _places(provider, demo)
        logins = _users(scopes, roles, options["write_logins"])
        _virtual_datacenter(demo, datacenter)
        if options["write_logins"]:
            _write_private(options["write_logins"], {"url": options["url"], "users": logins})


def _enterprise(name: str, **fields: Any) -> Enterprise:
    return Enterprise.objects.filter(name=name).first() or create_enterprise(actor=None, name=name, **fields)


def _places(provider: Enterprise, tenant: Enterprise) -> dict[Enterprise, Scope]:
    """The tenant beneath the provider in the tenant tree; what has a place already keeps it."""
    above = load_scope("Unlimited", unlimited=True)
    beneath = load_scope(
        tenant.name, enterprises=(tenant,), parent=None if tenant.default_scope_id else above
    )
    scopes = {provider: above, tenant: beneath}
    for enterprise, scope in scopes.items():
        load_place(enterprise, scope)
    return scopes


def _datacenter(*enterprises: Enterprise) -> Datacenter:
    env = environment()
    datacenter = Datacenter.objects.filter(name="Local").first()
    if datacenter is None:
        identity = {"uuid": env.datacenter_id, "key": env.datacenter_key} if env.datacenter_id else {}
        datacenter = create_datacenter(actor=None, name="Local", location="This machine", **identity)
    for enterprise in enterprises:
        open_to(actor=None, datacenter=datacenter, enterprise=enterprise)
    for service in QUEUE_SERVICES:
        register_remote_service(actor=None, datacenter=datacenter, type=service)
    for service, uri in (("REMOTE_ACCESS", env.console_uri), ("APPLIANCE_MANAGER", env.appliance_uri)):
        register_remote_service(actor=None, datacenter=datacenter, type=service, uri=uri)
    repository_of(datacenter)
    return datacenter


def _host(datacenter: Datacenter, driver: str) -> Host:
    """This machine with sixteen times its processors and half its memory; its address may have changed."""
    uri = environment().host_uri or "test:///default"
    host = Host.objects.filter(datacenter=datacenter, name="this-machine").first()
    if host:
        return move_host(actor=None, host=host, driver=driver, uri=uri)
    rack = Rack.objects.filter(datacenter=datacenter).first() or create_rack(
        actor=None, datacenter=datacenter, name="Rack 1"
    )
    memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEBIBYTE // 2
    return register_host(
        actor=None, rack=rack, name="this-machine", hypervisor_type="KVM", driver=driver, uri=uri,
        vcpus=(os.cpu_count() or 1) * 16, memory_mib=memory_mib, ip="127.0.0.1",
    )  # fmt: skip


def _datastore(host: Host, path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    room = os.statvfs(path)
    size_mib = room.f_blocks * room.f_frsize // MEBIBYTE // 2
    datastore = Datastore.objects.filter(datacenter=host.datacenter, name="local").first()
    if datastore is None:
        add_datastore(actor=None, host=host, name="local", path=str(path), size_mib=size_mib)
    else:
        move_datastore(actor=None, datastore=datastore, path=str(path))


def _template(owner: Enterprise, datacenter: Datacenter, record_file: Path) -> None:
    record = json.loads(record_file.read_text())
    register_template(
        actor=None,
        enterprise=owner,
        datacenter=datacenter,
        name="Tiny Linux",
        description="Boots in seconds, shows a login prompt (root, no password), serves a page on port 80.",
        os_type="DEBIAN_64",
        login_user="root",
        vcpus=1,
        memory_mib=record["minimum_memory_mib"],
        shared=True,
        disk={
            "path": record_file.with_suffix(".qcow2").name,
            "format": "qcow2",
            "file_size_bytes": record["size_bytes"],
            "virtual_size_bytes": record["virtual_size_bytes"],
            "sha256": record["sha256"],
        },
    )


def _users(scopes: dict[Enterprise, Scope], roles: dict, logins: Path | None) -> list[dict[str, str]]:
    """The users with their passwords: known ones from the file of logins, others are given new ones."""
    known = {}
    if logins and logins.exists():
        known = {user["name"]: user["password"] for user in json.loads(logins.read_text())["users"]}
    told = []
    enterprises = {enterprise.name: enterprise for enterprise in scopes}
    for nick, role, owner, name, surname in USERS:
        enterprise = enterprises[owner]
        password = known.get(nick) or secrets.token_urlsafe(9)
        user = User.objects.filter(nick=nick).first()
        if user is None:
            create_user(
                actor=None, enterprise=enterprise, role=roles[role], scope=scopes[enterprise], nick=nick,
                password=password, name=name, surname=surname, email=f"{nick}@demo.invalid",
            )  # fmt: skip
        elif nick not in known and logins:
            set_password(user=user, password=password)
        told.append({"name": nick, "password": password, "role": role, "enterprise": owner})
    return told


def _virtual_datacenter(enterprise: Enterprise, datacenter: Datacenter) -> None:
    """Somewhere to deploy at once: the user of the demonstration may not create virtual datacenters."""
    if VirtualDatacenter.objects.filter(enterprise=enterprise).exists():
        return
    administrator = User.objects.get(nick="dana")
    vdc = create_virtual_datacenter(
        actor=administrator,
        enterprise=enterprise,
        datacenter=datacenter,
        name="Development",
        hypervisor_type="KVM",
    )
    if not VirtualAppliance.objects.filter(virtual_datacenter=vdc).exists():
        create_virtual_appliance(actor=administrator, virtual_datacenter=vdc, name="Playground")


def _write_private(path: Path, content: dict[str, Any]) -> None:
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(content, stream, indent=2)
    os.replace(temporary, path)
