"""One stand-alone dnsmasq per network: DHCP only, known MACs only.

It is a daemon of its own that outlives this service; its pid file says where it is.
"""

import os
import pwd
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from contracts.dhcp import AddressReservation, NetworkSpec
from remote_services.dhcp.commands import CommandRunner
from remote_services.dhcp.network_directory import NetworkDirectory
from remote_services.dhcp.reservations import canonical_mac
from remote_services.runtime.errors import NetworkFailed

STOP_SECONDS = 5
_UNPRIVILEGED_USERS = ("dnsmasq", "nobody")


class Dnsmasq:
    def __init__(self, network: NetworkSpec, directory: NetworkDirectory, runner: CommandRunner) -> None:
        self._network = network
        self._directory = directory
        self._runner = runner
        self._arguments = _arguments(network, directory)

    def ensure_running(self, *, hosts_changed: bool) -> None:
        """Start it if it is dead or runs for a network as it used to be; else tell it of new reservations.
        Raises NetworkFailed with dnsmasq's own words."""
        pid = self._pid()
        if pid is not None and self._is_current(pid):
            if hosts_changed:
                os.kill(pid, signal.SIGHUP)
            return
        self.stop()
        self._runner.run(*self._arguments, intent=f"start the DHCP server of {self._network.bridge}")

    def reload(self) -> None:
        pid = self._pid()
        if pid is not None:
            os.kill(pid, signal.SIGHUP)

    def stop(self) -> None:
        """Returns when the process is gone. Raises NetworkFailed if it will not go."""
        pid = self._pid()
        if pid is None:
            return
        for kind in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.kill(pid, kind)
            if self._is_gone_within(STOP_SECONDS):
                self._directory.pid.unlink(missing_ok=True)
                return
        raise NetworkFailed(f"The DHCP server of {self._network.bridge}, process {pid}, does not stop.")

    def holds_lease_of_another(self, reservations: Iterable[AddressReservation]) -> bool:
        """Whether an address is still leased to a machine that had it before: dnsmasq would
        refuse it to its new owner until that lease runs out."""
        owners = _owners(reservations)
        return any(_is_of_another(line, owners) for line in self._lease_lines())

    def forget_leases_of_others(self, reservations: Iterable[AddressReservation]) -> None:
        """Only while it is stopped: a running dnsmasq keeps its leases in memory."""
        owners = _owners(reservations)
        lines = [line for line in self._lease_lines() if not _is_of_another(line, owners)]
        if self._directory.leases.exists():
            self._directory.leases.write_text("".join(f"{line}\n" for line in lines))

    def _lease_lines(self) -> list[str]:
        leases = self._directory.leases
        return leases.read_text().splitlines() if leases.exists() else []

    def _pid(self) -> int | None:
        """This network's dnsmasq, or None, also when its number belongs to another process by now."""
        try:
            pid = int(self._directory.pid.read_text())
        except (FileNotFoundError, ValueError):
            return None
        ours = f"--pid-file={self._directory.pid}" in _command_line(pid)
        return pid if ours else None

    def _is_current(self, pid: int) -> bool:
        return _command_line(pid) == self._arguments and self._runner.owns_process(pid)

    def _is_gone_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._pid() is not None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True


def _arguments(network: NetworkSpec, directory: NetworkDirectory) -> list[str]:
    lease_range = f"{network.cidr.network_address},static,{network.cidr.netmask},{network.lease_seconds}s"
    servers = ",".join(str(address) for address in network.dns)
    return [
        "dnsmasq",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--port=0",
        f"--interface={network.bridge}",
        "--except-interface=lo",
        "--bind-interfaces",
        f"--user={_user_who_can_read(directory.path)}",
        "--dhcp-authoritative",
        f"--dhcp-range={lease_range}",
        f"--dhcp-lease-max={network.cidr.num_addresses}",
        f"--dhcp-option=option:router,{network.gateway}",
        f"--dhcp-option=option:dns-server{',' + servers if servers else ''}",
        f"--dhcp-hostsfile={directory.reservations.path}",
        f"--dhcp-leasefile={directory.leases}",
        f"--pid-file={directory.pid}",
        "--quiet-dhcp",
        f"--log-facility={directory.log}",
    ]


def _user_who_can_read(path: Path) -> str:
    """dnsmasq reads the reservations again after it has given up its privileges. Where nobody else
    may enter our directory (a project under /root, say) it has to stay who we are."""
    if os.geteuid() == 0 and all(part.stat().st_mode & 0o001 for part in (path, *path.parents)):
        for name in _UNPRIVILEGED_USERS:
            with suppress(KeyError):
                return pwd.getpwnam(name).pw_name
    return pwd.getpwuid(os.geteuid()).pw_name


def _command_line(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def _owners(reservations: Iterable[AddressReservation]) -> dict[str, str]:
    return {str(reservation.ip): canonical_mac(reservation.mac) for reservation in reservations}


def _is_of_another(lease_line: str, owners: dict[str, str]) -> bool:
    _expiry, mac, address, *_ = [*lease_line.split(), "", "", ""]
    return address in owners and mac.lower() != owners[address]
