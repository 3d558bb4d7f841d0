"""The reservations of one network, as the hosts file its dnsmasq reads."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from contracts.dhcp import AddressReservation
from remote_services.runtime.errors import NetworkFailed

_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_NOT_IN_A_HOST_NAME = re.compile(r"[^a-z0-9-]+")


class Reservations:
    """Lines of ``mac,address,hostname``. Every write replaces the whole file at once, so that dnsmasq
    and a crash see either the old or the new one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def any(self) -> bool:
        return bool(self._lines())

    def put(self, reservations: Iterable[AddressReservation]) -> bool:
        """Add or replace; answers whether anything changed. The newest owner of an address is the right
        one: the server hands out each address once."""
        before = self._lines()
        after = dict(before)
        for reservation in reservations:
            mac, address = canonical_mac(reservation.mac), str(reservation.ip)
            for other in [key for key, line in after.items() if line.split(",")[1] == address and key != mac]:
                del after[other]
            name = _host_name(reservation.hostname)
            after[mac] = f"{mac},{address},{name}" if name else f"{mac},{address}"
        return self._replace(before, after)

    def remove(self, macs: Iterable[str]) -> bool:
        before = self._lines()
        gone = {canonical_mac(mac) for mac in macs}
        return self._replace(before, {mac: line for mac, line in before.items() if mac not in gone})

    def _lines(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        return {line.split(",")[0]: line for line in self.path.read_text().splitlines() if line}

    def _replace(self, before: dict[str, str], after: dict[str, str]) -> bool:
        if before == after and self.path.exists():
            return False
        new = self.path.with_suffix(".new")
        with new.open("w") as file:
            file.writelines(f"{line}\n" for line in after.values())
            file.flush()
            os.fsync(file.fileno())
        new.chmod(0o644)
        new.replace(self.path)
        return before != after


def canonical_mac(mac: str) -> str:
    """Lower case with colons. Raises NetworkFailed for what could smuggle options into the hosts file."""
    text = mac.lower().replace("-", ":")
    if not _MAC.fullmatch(text):
        raise NetworkFailed(f"{mac!r} is not a MAC address.")
    return text


def _host_name(name: str) -> str:
    return _NOT_IN_A_HOST_NAME.sub("-", name.lower()).strip("-")[:63].rstrip("-")
