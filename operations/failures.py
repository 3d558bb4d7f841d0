"""Codes of failed steps as sentences with a remedy, and who may read the remote service's own words.

Those words name hosts, paths and free space of the provider: only its administrators may.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from operations.image_failures import IMAGE_FAILURES

DETAILS = "PHYS_DC_RETRIEVE_DETAILS"
UNNAMED = (_("Something went wrong in the datacenter."), _("Give an administrator the correlation id."))
_ADDRESS = _("Check the address in a browser, and begin again with one that leads to the file itself.")
SOURCE_FAILURES = {
    "source_forbidden": (
        _("Nothing is fetched from this address."),
        _("Use an address of the public internet, or ask an administrator to allow the network it is in."),
    ),
    "source_unreachable": (
        _("The server that has the file can't be reached, or does not send all of it."),
        _("Try again later."),
    ),
    "source_untrusted": (_("The server that has the file can't prove who it is."), _ADDRESS),
    "source_refused": (_("The server did not give the file."), _ADDRESS),
    "source_too_large": (
        _("The file is larger than the room that was kept for it."),
        _("Begin again with room for a larger file."),
    ),
    "source_broken": (_("The server sends the file in a form that is not taken."), _ADDRESS),
    "OVF-PACKAGE-3": (
        _("The address leads to no list of templates."),
        _("Check the address in a browser: an ovfindex.xml is expected there."),
    ),
    "repository_away": (
        _("The template repository can't be read or written."),
        _("Try again later; administrators see to its mount."),
    ),
    "repository_full": (
        _("The template repository has no room for the file."),
        _("Delete templates, or ask an administrator for room."),
    ),
}
FAILURES = {
    **IMAGE_FAILURES,
    **SOURCE_FAILURES,
    "template_missing": (
        _("The template's file is not in the datacenter's repository."),
        _("Choose another template, or ask an administrator to put the file back."),
    ),
    "template_unusable": (
        _("The template's file can't be used."),
        _("Choose another template, or ask an administrator to look at the file."),
    ),
    "disk_missing": (
        _("A disk of the machine is not on its datastore."),
        _("Ask an administrator to look at the datastore."),
    ),
    "repository_full": (
        _("The template repository has no room for it."),
        _("Delete templates nobody needs, or ask an administrator for room."),
    ),
    "repository_away": (
        _("The template repository is not mounted."),
        _("Try again later; if it stays, tell an administrator."),
    ),
    "LIMITS_EXCEEDED": (
        _("A limit leaves no room for it."),
        _("Delete something that counts against it, or ask for a higher limit; then try again."),
    ),
    "datastore_full": (
        _("The datastore has no room for the disk."),
        _("Choose a smaller disk, undeploy something, or ask an administrator for room."),
    ),
    "datastore_missing": (
        _("The host can't reach the datastore."),
        _("Ask an administrator to check the datastore of the host."),
    ),
    "cannot_unseal": (
        _("The datacenter can't open what was sealed for it."),
        _("Ask an administrator whether its services were told the datacenter's key."),
    ),
    "hypervisor_refused": (
        _("The hypervisor refused."),
        _("Try again; if it refuses again, give an administrator the correlation id."),
    ),
    "drive_locked": (
        _("The guest uses the CD-ROM and keeps its drive shut."),
        _("Unmount it in the guest and eject it again, or eject it by force: what reads from it then fails."),
    ),
    "no_free_drive": (
        _("The running machine has no empty CD-ROM drive: drives are added while it is off."),
        _("Eject another CD-ROM first, or power the machine off and insert it then."),
    ),
    "unreachable": (
        _("The host or its remote service did not answer."),
        _("Try again in a minute. Administrators see the host under Infrastructure."),
    ),
    "machine_not_found": (
        _("The machine is no longer on its host."),
        _("Undeploy it and deploy it again."),
    ),
    "ownership_mismatch": (
        _("What the host holds under this name was not made by this machine, so nothing was touched."),
        _("Ask an administrator to look at the host."),
    ),
    "network_failed": (
        _("The network could not be set up on the host."),
        _("Try again; if it stays, ask an administrator to check the host's network."),
    ),
    "timed_out": (
        _("It took longer than it may."),
        _("Try again. A guest that ignores a shut down can be powered off."),
    ),
    "unsupported_command": (
        _("The remote service of the datacenter does not know this command."),
        _("Ask an administrator to update the remote services."),
    ),
    "sandbox_missing": (
        _("The datacenter can't open images safely, so it opens none."),
        _("Ask an administrator to install bubblewrap on the remote service's machine."),
    ),
    "program_failed": (
        _("A program that works on images failed."),
        _("Try again; if it fails again, give an administrator the correlation id."),
    ),
    "cancelled": (
        _("It was cancelled."),
        _("Start it again when you want it."),
    ),
    "approval_refused": (
        _("An approver refused it."),
        _("The approver's words are on the page of the request."),
    ),
    "approval_expired": (
        _("Nobody approved it in time."),
        _("Start it again, and tell an approver."),
    ),
    "approval_endpoint_failed": (
        _("The system that is asked for approval could not be reached."),
        _("Try again later, or ask an administrator to look at the approval rule's address."),
    ),
    "internal_error": (
        _("Something broke on our side."),
        _("Try again; if it stays, give an administrator the correlation id."),
    ),
}


def failure_of(error: dict[str, Any] | None, actor: Any = None) -> dict[str, Any] | None:
    """A step's or an operation's error with why, remedy and code; for those who may read them, the
    remote side's own words as ``detail``."""
    if not error:
        return None
    code = error.get("code", "internal_error")
    why, remedy = FAILURES.get(code, UNNAMED)
    if error.get("why"):
        why, remedy = error["why"], error.get("remedy", "")
    detail = error.get("detail", "") if actor is not None and DETAILS in actor.privileges else ""
    return {"code": code, "why": str(why), "remedy": str(remedy), "detail": detail}


def words_of(code: str) -> str:
    """Why something with this code fails, for everybody."""
    return str(FAILURES.get(code, UNNAMED)[0])


def remedy_of(code: str) -> str:
    """What to do about it, for everybody; empty for codes that are not listed."""
    return str(FAILURES[code][1]) if code in FAILURES else ""
