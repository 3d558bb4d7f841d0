"""A datacenter in the test's own process: takes commands off the in-memory broker and answers them.

It keeps what a datacenter keeps (machines, disks, reservations), so that a test can ask
what was left behind, and can be told to fail, to stay silent, or to answer late.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from kombu import Connection

from contracts import appliance, conversion, dhcp, monitoring, virtualization
from contracts.base import Command, Failed, Report, Succeeded
from contracts.copies import place_of_copy, place_of_package
from contracts.vocabulary import DiskFormat, PowerState, Service, queue_name
from operations import engine

ADAPTERS = {
    Service.VIRTUALIZATION: virtualization.VIRTUALIZATION_COMMANDS,
    Service.VIRTUALIZATION_FAST: virtualization.VIRTUALIZATION_COMMANDS,
    Service.VIRTUALIZATION_STREAM: virtualization.VIRTUALIZATION_COMMANDS,
    Service.APPLIANCE: appliance.APPLIANCE_COMMANDS,
    Service.APPLIANCE_FETCH: appliance.APPLIANCE_COMMANDS,
    Service.APPLIANCE_COPY: appliance.APPLIANCE_COMMANDS,
    Service.CONVERSION: conversion.CONVERSION_COMMANDS,
    Service.DHCP: dhcp.DHCP_COMMANDS,
    Service.MONITOR: monitoring.MONITOR_COMMANDS,
}
Answer = Failed | Succeeded | None


class LoopbackDatacenter:
    """``answers[tag]`` is asked first: a callable or outcome for commands of that tag, None for silence."""

    def __init__(self, datacenter):
        self.uuid = datacenter.uuid
        self.machines: dict[Any, PowerState] = {}
        self.sizes: dict[Any, tuple[int, int]] = {}
        self.disks: set[Any] = set()
        self.guest_drives: dict[Any, str] = {}
        self.conversions: set[str] = set()
        self.uploads: set[Any] = set()
        self.copies: dict[Any, list[str]] = {}
        self.reservations: dict[str, str] = {}
        self.answers: dict[str, Any] = {}
        self.received: list[Command] = []

    @property
    def empty(self) -> bool:
        """Nothing of anybody is left here."""
        return not (self.machines or self.disks or self.guest_drives or self.reservations)

    def work(self, rounds: int = 50) -> None:
        """Take and answer commands until there are none."""
        for _round in range(rounds):
            if not sum(self._serve(service) for service in ADAPTERS):
                return
        raise AssertionError("the datacenter never ran out of commands")

    def take(self, service: Service) -> list[Command]:
        """Take what waits in a queue without answering it."""
        taken = []
        with Connection(settings.ATRIUM_BROKER_URL) as connection:
            queue = connection.SimpleQueue(queue_name(self.uuid, service))
            while queue.qsize():
                message = queue.get(block=False)
                taken.append(ADAPTERS[service].validate_python(message.payload[0][0]))
                message.ack()
            queue.close()
        self.received += taken
        return taken

    def answer(self, command: Command, outcome: Any = None) -> None:
        """Report an outcome (by default what executing the command gives)."""
        outcome = outcome or self._execute(command)
        if outcome is not None:
            engine.receive(
                Report(command_id=command.command_id, reported_at=datetime.now(UTC), outcome=outcome)
            )

    def _serve(self, service: Service) -> int:
        commands = self.take(service)
        for command in commands:
            self.answer(command)
        return len(commands)

    def _execute(self, command: Command) -> Answer:
        tag = command.type.split(".")[1]
        if tag in self.answers:
            chosen = self.answers[tag]
            return chosen(command) if isinstance(chosen, Callable) else chosen
        return Succeeded(output=getattr(self, f"_{tag}")(command) or {})

    def _define_machine(self, command) -> None:
        self.machines.setdefault(command.spec.machine_id, PowerState.OFF)
        self.sizes[command.spec.machine_id] = (command.spec.vcpus, command.spec.memory_mib)

    def _undefine_machine(self, command) -> None:
        self.machines.pop(command.machine_id, None)

    def _set_power_state(self, command) -> None:
        self.machines[command.machine_id] = command.state

    def _shut_down_machine(self, command) -> None:
        self.machines[command.machine_id] = PowerState.OFF

    def _insert_medium(self, command) -> None:
        assert self.machines[command.machine_id] != PowerState.MISSING

    def _eject_medium(self, command) -> None:
        assert self.machines[command.machine_id] != PowerState.MISSING

    def _reset_machine(self, command) -> None:
        assert self.machines[command.machine_id] == PowerState.ON

    def _provision_disk(self, command) -> None:
        self.disks |= {disk.disk_id for disk in command.disks}

    def _grow_disks(self, command) -> None:
        assert {disk.disk_id for disk in command.disks} <= self.disks

    def _delete_disk(self, command) -> None:
        if command.type == "appliance.delete_disk.v1":
            self.disks.discard(command.disk_id)
            return
        self.disks -= {disk.disk_id for disk in command.disks}
        self.guest_drives.pop(command.machine_id, None)

    def _write_guest_drive(self, command) -> None:
        self.guest_drives[command.machine_id] = command.sealed

    def _delete_guest_drive(self, command) -> None:
        self.guest_drives.pop(command.machine_id, None)

    def _stream_disk(self, command) -> dict:
        return {"standalone": True}

    def _delete_template_files(self, command) -> None:
        pass

    def _convert_disk(self, command) -> dict:
        self.conversions.add(command.target_path)
        return {"file_size_bytes": 1024, "virtual_size_bytes": 4096}

    def _cancel_fetch(self, command) -> None:
        self.uploads.discard(command.upload_id)

    def _cancel_conversion(self, command) -> None:
        pass

    def _discard_conversion(self, command) -> None:
        self.conversions.discard(command.target_path)

    def _capture_disks(self, command) -> dict:
        return self._copied(command, [(disk.number, DiskFormat.QCOW2) for disk in command.disks])

    def _copy_template_files(self, command) -> dict:
        return self._copied(command, [(file.number, file.format) for file in command.files])

    def _export_package(self, command) -> dict:
        path = place_of_package(command.enterprise_id, command.copy_id)
        self.copies[command.copy_id] = [path]
        return {"path": path, "file_size_bytes": 2 * 2**20, "sha256": "cd" * 32}

    def _fetch_template_files(self, command) -> dict:
        return self._copied(command, [(file.number, file.format) for file in command.files])

    def _copied(self, command, files) -> dict:
        paths = [place_of_copy(command.enterprise_id, command.copy_id, *file) for file in files]
        self.copies[command.copy_id] = paths
        sizes = {"file_size_bytes": 3 * 2**20, "virtual_size_bytes": 40 * 2**20, "sha256": "ab" * 32}
        told = zip(paths, files, strict=True)
        return {"disks": [{"path": path, "format": file[1].value, **sizes} for path, file in told]}

    def _cancel_copy(self, command) -> None:
        pass

    def _discard_copy(self, command) -> None:
        self.copies.pop(command.copy_id, None)

    def _reserve_address(self, command) -> None:
        for part in (command, *command.also):
            self.reservations |= {each.mac: str(each.ip) for each in part.reservations}

    def _release_address(self, command) -> None:
        for part in (command, *command.also):
            for mac in part.macs:
                self.reservations.pop(mac, None)

    def _watch_host(self, command) -> None:
        pass

    def _unwatch_host(self, command) -> None:
        pass

    def _discard_upload(self, command) -> None:
        self.uploads.discard(command.upload_id)

    def _refresh_repository(self, command) -> None:
        pass


def queued_by_tag(commands: list[Command]) -> dict[str, int]:
    """How many commands of each tag."""
    counts: dict[str, int] = defaultdict(int)
    for command in commands:
        counts[command.type] += 1
    return dict(counts)
