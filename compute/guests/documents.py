"""The files of a config drive as OpenStack lays them out and cloud-init reads them (``openstack/latest``)."""

import json
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any
from uuid import UUID

import yaml

from compute.guests.naming import is_windows


@dataclass(frozen=True)
class Address:
    """A NIC as the guest shall configure it. Without ``ip`` it asks by DHCP."""

    mac: str
    ip: str | None = None
    network: IPv4Network | None = None
    gateway: str | None = None
    dns: tuple[str, ...] = ()
    search: str = ""


@dataclass(frozen=True)
class GuestFacts:
    """All that a guest is told. ``password`` is hashed for ``password_hash``; in clear only Windows gets it.

    ``addresses`` None: the guest looks after itself, by DHCP.
    """

    machine_id: UUID
    name: str
    fqdn: str
    os_type: str = ""
    login_user: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    user_data: str = ""
    password: str = ""
    password_hash: str = ""
    addresses: tuple[Address, ...] | None = None


def files_of(facts: GuestFacts) -> dict[str, str]:
    """Texts by file name."""
    files = {
        "meta_data.json": _json(_meta_data(facts)),
        "vm-variables.rc": "".join(
            f"{_quoted(name)}={_quoted(value)}\n" for name, value in sorted(facts.variables.items())
        ),
    }
    if facts.user_data:
        files["user_data"] = facts.user_data
    settings = _settings(facts)
    if settings:
        files["vendor_data.json"] = _json({"cloud-init": f"#cloud-config\n{yaml.safe_dump(settings)}"})
    if facts.addresses is not None:
        files["network_data.json"] = _json(_network_data(facts.addresses))
    return files


def _meta_data(facts: GuestFacts) -> dict[str, Any]:
    """``uuid`` is the instance: a guest sets itself up once for each."""
    told: dict[str, Any] = {
        "uuid": str(facts.machine_id),
        "name": facts.name,
        "hostname": facts.fqdn,
        "launch_index": 0,
        "meta": facts.variables,
    }
    if facts.keys:
        told["public_keys"] = dict(facts.keys)
    if facts.password and is_windows(facts.os_type):
        told["admin_pass"] = facts.password
    return told


def _settings(facts: GuestFacts) -> dict[str, Any]:
    """What we ask of cloud-init ourselves; user data wins over it."""
    if is_windows(facts.os_type):
        return {}
    # Or the guest could not look up its own name, and sudo complains.
    told: dict[str, Any] = {"manage_etc_hosts": "localhost"}
    if facts.password_hash:
        told |= _password_settings(facts)
    return told


def _password_settings(facts: GuestFacts) -> dict[str, Any]:
    # Not expired: one that must be changed shuts out keys and scripts as well.
    told: dict[str, Any] = {"chpasswd": {"expire": False}}
    if facts.login_user:
        told["chpasswd"]["list"] = f"{facts.login_user}:{facts.password_hash}\n"
    else:
        told["password"] = facts.password_hash
    if not facts.keys:
        told["ssh_pwauth"] = True
    return told


def _network_data(addresses: tuple[Address, ...]) -> dict[str, Any]:
    """Without an order among routes a guest would choose any: the first card that is told of a gateway has
    the only one, unless one before it asks by DHCP, which brings its own."""
    links, networks, services = [], [], []
    routed = False
    for number, address in enumerate(addresses):
        link = f"nic{number}"
        links.append({"id": link, "type": "phy", "ethernet_mac_address": address.mac})
        network: dict[str, Any] = {"id": f"network{number}", "link": link}
        if address.ip is None:
            networks.append(network | {"type": "ipv4_dhcp"})
            routed = True
            continue
        network |= {"type": "ipv4", "ip_address": address.ip, "netmask": str(address.network.netmask)}
        if address.gateway and not routed:
            routed = True
            route = {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": address.gateway}  # noqa: S104
            network["routes"] = [route]
        if address.dns:
            network["dns_nameservers"] = list(address.dns)
        if address.search:
            network["dns_search"] = [address.search]
        networks.append(network)
        told = [each["address"] for each in services]
        services += [{"type": "dns", "address": each} for each in address.dns if each not in told]
    return {"links": links, "networks": networks, "services": services}


def _quoted(text: str) -> str:
    """As a shell quotes it: nothing in it is special."""
    return "'" + text.replace("'", "'\\''") + "'"


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, sort_keys=True)
