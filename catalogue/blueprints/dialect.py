"""A content in the words of the REST dialect, which names its parts by ids of the document's own."""

from typing import Any

from catalogue.blueprints.content import Content, MachinePart, Selector


def template_ids(content: Content) -> dict[Selector, str]:
    """The document's id of each template that is asked for, in the order of the machines."""
    different = dict.fromkeys(machine.template for machine in content.machines)
    return {selector: f"template_{number}" for number, selector in enumerate(different, start=1)}


def templates(content: Content) -> list[dict[str, str]]:
    return [{"specId": spec_id, "name": selector.name} for selector, spec_id in template_ids(content).items()]


def networks(content: Content) -> list[dict[str, Any]]:
    ids = _network_ids(content)
    return [
        {
            "specId": ids[network.name],
            "name": network.name,
            "type": "INTERNAL",
            "cidr": network.cidr,
            "gateway": network.gateway_address,
            "gatewayInUse": False,
            "numIps": sum(
                machine.count
                for machine in content.machines
                for card in machine.cards
                if card.network == network.name
            ),
        }
        for network in content.networks
    ]


def machines(content: Content) -> list[dict[str, Any]]:
    """One entry for each machine, also where the content counts several of them."""
    template, network = template_ids(content), _network_ids(content)
    return [
        {
            "name": name,
            "label": name,
            **_size(part),
            "templateSpecId": template[part.template],
            # The disks of the template are the template's: these are the others, of which there are none.
            "disks": [],
            **_guest(part),
            "vmNetworkSpecs": [
                {
                    "specId": network[card.network],
                    "numIps": 1,
                    "gateway": False,
                    "usingVlanGateway": False,
                }
                for card in part.cards
            ],
            "firewallPoliciesSpecIds": [],
            "loadbalancersSpecIds": [],
            "metricSpecs": [],
            "monitored": False,
            "vdrpEnabled": True,
        }
        for part in content.machines
        for name in part.names
    ]


def _guest(part: MachinePart) -> dict[str, str]:
    script = part.guest.user_data if part.guest else ""
    return {"startupScript": script} if script else {}


def _size(part: MachinePart) -> dict[str, int]:
    size = part.size
    numbers = {"cpu": size.vcpus, "ram": size.memory_mib} if size else {}
    return {name: number for name, number in numbers.items() if number}


def _network_ids(content: Content) -> dict[str, str]:
    return {network.name: f"network_{number}" for number, network in enumerate(content.networks, start=1)}
