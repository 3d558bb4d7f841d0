"""The words of limits, and whether their numbers are told to everybody who may see the level."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LABELS = {
    "vcpus": gettext_lazy("vCPU"),
    "memory_mib": gettext_lazy("Memory in MiB"),
    "disk_mib": gettext_lazy("Disk in MiB"),
    "machines": gettext_lazy("Machines"),
    "volumes_mib": gettext_lazy("Volumes in MiB"),
    "networks": gettext_lazy("Private networks"),
    "public_ips": gettext_lazy("Public addresses"),
    "repository_mib": gettext_lazy("Templates in MiB"),
}


THINGS = {
    "vcpus": gettext_lazy("virtual CPUs"),
    "memory_mib": gettext_lazy("memory"),
    "disk_mib": gettext_lazy("disk"),
    "machines": gettext_lazy("virtual machines"),
    "volumes_mib": gettext_lazy("volumes"),
    "networks": gettext_lazy("private networks"),
    "public_ips": gettext_lazy("public addresses"),
    "repository_mib": gettext_lazy("room for templates"),
}


def name_of(resource: str) -> str:
    """What is limited, with its unit, as it reads after a number."""
    names = {
        "vcpus": _("virtual CPUs"),
        "memory_mib": _("MiB of memory"),
        "disk_mib": _("MiB of disk"),
        "machines": _("virtual machines"),
        "volumes_mib": _("MiB of volumes"),
        "networks": _("private networks"),
        "public_ips": _("public addresses"),
        "repository_mib": _("MiB of templates"),
    }
    return names[resource]


def details_shown(strength: str) -> bool:
    """Whether this installation tells the numbers behind a passed ``soft`` or ``hard`` limit."""
    return settings.ATRIUM_SOFT_LIMIT_DETAILS if strength == "soft" else settings.ATRIUM_HARD_LIMIT_DETAILS
