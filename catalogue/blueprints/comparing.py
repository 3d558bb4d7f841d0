"""How two contents differ, in the order people read them. Machines and networks are the same by name."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from catalogue.blueprints.content import Content, GuestPart, MachinePart, NetworkPart, Selector, Size

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Difference:
    """``what`` is the machine or network; ``field`` is empty for all of it."""

    change: str
    kind: str
    what: str
    field: str = ""
    before: str = ""
    after: str = ""


def differences(before: Content, after: Content) -> list[Difference]:
    """What somebody did to get from one to the other; empty for equal contents but for their order."""
    return [
        *_of_kind("network", _by_name(before.networks), _by_name(after.networks), _network_facts),
        *_of_kind("machine", _by_label(before.machines), _by_label(after.machines), _machine_facts),
    ]


def size_words(size: Size | None) -> str:
    """``Small``, or ``2 vCPU · 1024 MiB``; as the template suggests where nothing is said."""
    if size is None:
        return _("as the template suggests")
    vcpus = _("%(number)s vCPU") % {"number": size.vcpus} if size.vcpus else ""
    memory = f"{size.memory_mib} MiB" if size.memory_mib else ""
    numbers = " · ".join(filter(None, (vcpus, memory)))
    if size.profile is None:
        return numbers or _("as the template suggests")
    return f"{_selector_words(size.profile)} ({numbers})" if numbers else _selector_words(size.profile)


def _selector_words(selector: Selector) -> str:
    return f"{selector.name} ({selector.uuid})" if selector.uuid else selector.name


def _machine_facts(machine: MachinePart) -> dict[str, str]:
    return {
        _("Number"): str(machine.count),
        _("Template"): _selector_words(machine.template),
        _("Size"): size_words(machine.size),
        _("Disks"): ", ".join(f"{disk.size_mib} MiB" for disk in machine.disks),
        _("Networks"): ", ".join(_card_words(card.network, card.host) for card in machine.cards),
        _("Description"): machine.description,
        **_guest_facts(machine.guest or GuestPart()),
    }


def _guest_facts(guest: GuestPart) -> dict[str, str]:
    """User data by its beginning and a digest: it may be long."""
    digest = hashlib.sha256(guest.user_data.encode()).hexdigest()[:8]
    beginning = guest.user_data.split("\n", 1)[0][:40]
    return {
        _("Host name"): guest.fqdn,
        _("Variables"): ", ".join(f"{name}={value!r}" for name, value in sorted(guest.variables.items())),
        _("User data"): f"{beginning} … ({digest})" if guest.user_data else "",
        _("Static addresses"): _("yes") if guest.static_addresses else "",
    }


def _network_facts(network: NetworkPart) -> dict[str, str]:
    return {
        _("Range"): network.cidr,
        _("Gateway"): network.gateway_address,
        _("Name servers"): ", ".join(network.dns),
        _("Domain"): network.domain,
    }


def _of_kind(kind: str, before: dict[str, Any], after: dict[str, Any], facts: Any) -> list[Difference]:
    found = [Difference(REMOVED, kind, name) for name in before if name not in after]
    for name, part in after.items():
        if name not in before:
            found.append(Difference(ADDED, kind, name))
            continue
        old, new = facts(before[name]), facts(part)
        found += [
            Difference(CHANGED, kind, name, field, old[field], new[field])
            for field in new
            if old[field] != new[field]
        ]
    return found


def _by_name(networks: tuple[NetworkPart, ...]) -> dict[str, NetworkPart]:
    return {network.name: network for network in networks}


def _by_label(machines: tuple[MachinePart, ...]) -> dict[str, MachinePart]:
    return {machine.label: machine for machine in machines}


def _card_words(network: str, host: int | None) -> str:
    return network if host is None else f"{network} (.{host})"
