"""Removing the rows of a machine that holds nothing any more."""

from compute.models import VirtualMachine
from networking.models import Nic


def forget_machine(machine: VirtualMachine) -> None:
    """Joins the caller's transaction."""
    Nic.objects.filter(virtual_machine_id=machine.id).delete()
    machine.delete()
