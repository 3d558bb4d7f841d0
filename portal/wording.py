"""The words, tones and icons people see for states, operations, steps and events. No rules, only words."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Look:
    """How one state is shown: ``tone`` is a CSS class, ``icon`` a name of the icon font."""

    word: str | Promise
    tone: str
    icon: str


STATES: dict[str, Look] = {
    "NOT_ALLOCATED": Look(_("Not deployed"), "draft", "circle-dashed"),
    "ALLOCATED": Look(_("Reserved"), "off", "circle-dotted"),
    "CONFIGURED": Look(_("Prepared"), "off", "circle-half-2"),
    "ON": Look(_("Running"), "on", "player-play"),
    "OFF": Look(_("Stopped"), "off", "player-stop"),
    "PAUSED": Look(_("Paused"), "paused", "player-pause"),
    "LOCKED": Look(_("Working"), "working", "loader-2"),
    "UNKNOWN": Look(_("Unknown"), "unknown", "help"),
    "EMPTY": Look(_("Empty"), "draft", "circle-dashed"),
    "NOT_DEPLOYED": Look(_("Not deployed"), "draft", "circle-dashed"),
    "DEPLOYED": Look(_("Deployed"), "on", "check"),
    "NEEDS_SYNC": Look(_("Partly deployed"), "paused", "arrows-diff"),
    "accepted": Look(_("Accepted"), "working", "loader-2"),
    "awaiting_approval": Look(_("Waits for approval"), "paused", "hand-stop"),
    "waiting": Look(_("Waits for a decision"), "paused", "hand-stop"),
    "approved": Look(_("Approved"), "on", "check"),
    "rejected": Look(_("Rejected"), "failed", "x"),
    "expired": Look(_("Expired"), "off", "clock-x"),
    "withdrawn": Look(_("Withdrawn"), "off", "ban"),
    "pending": Look(_("Waiting"), "draft", "circle-dashed"),
    "queued": Look(_("Queued"), "working", "clock"),
    "running": Look(_("Running"), "working", "loader-2"),
    "cancelling": Look(_("Cancelling"), "paused", "loader-2"),
    "compensating": Look(_("Undoing"), "paused", "arrow-back-up"),
    "sent": Look(_("Sent"), "on", "check"),
    "succeeded": Look(_("Done"), "on", "check"),
    "done": Look(_("Done"), "on", "check"),
    "failed": Look(_("Failed"), "failed", "alert-triangle"),
    "cancelled": Look(_("Cancelled"), "off", "ban"),
    "undone": Look(_("Undone"), "off", "arrow-back-up"),
    "reachable": Look(_("Reachable"), "on", "check"),
    "unreachable": Look(_("Does not answer"), "failed", "plug-connected-x"),
    "MANAGED": Look(_("Managed"), "on", "check"),
    "STOPPED": Look(_("Does not answer"), "failed", "plug-connected-x"),
    "MAINTENANCE": Look(_("Maintenance"), "paused", "tool"),
    "HALTED": Look(_("Halted"), "off", "player-stop"),
}

PAGES = {
    "virtual_machine": "compute:machine",
    "virtual_appliance": "compute:virtual_appliance",
    "virtual_datacenter": "compute:virtual_datacenter",
    "template": "catalogue:template",
    "blueprint": "catalogue:blueprint",
    "host": "infrastructure:host",
    "datacenter": "infrastructure:datacenter",
    "enterprise": "tenants:enterprise",
}

RESOURCES = {
    "vcpus": _("vCPU"),
    "memory_mib": _("Memory"),
    "disk_mib": _("Disk"),
    "machines": _("Machines"),
    "volumes_mib": _("Volumes"),
    "networks": _("Private networks"),
    "public_ips": _("Public addresses"),
    "repository_mib": _("Templates"),
    "vcpu": _("vCPU"),
    "memory_gib": _("Memory"),
    "disk_gib": _("Disk"),
}

EVENTS = {
    "virtual_machine.created": _("Machine created"),
    "virtual_machine.changed": _("Description changed"),
    "virtual_machine.deployed": _("Deployed"),
    "virtual_machine.deploy_failed": _("Deploy failed"),
    "virtual_machine.undeployed": _("Undeployed"),
    "virtual_machine.undeploy_failed": _("Undeploy failed"),
    "virtual_machine.deleted": _("Deleted"),
    "virtual_machine.delete_failed": _("Delete failed"),
    "virtual_machine.given_up": _("Given up with its host"),
    "virtual_machine.powered_on": _("Powered on"),
    "virtual_machine.power_on_failed": _("Power on failed"),
    "virtual_machine.powered_off": _("Powered off"),
    "virtual_machine.power_off_failed": _("Power off failed"),
    "virtual_machine.shut_down": _("Shut down"),
    "virtual_machine.shut_down_failed": _("The guest did not shut down"),
    "virtual_machine.paused": _("Paused"),
    "virtual_machine.pause_failed": _("Pause failed"),
    "virtual_machine.resumed": _("Resumed"),
    "virtual_machine.resume_failed": _("Resume failed"),
    "virtual_machine.reset": _("Reset"),
    "virtual_machine.reset_failed": _("Reset failed"),
    "virtual_machine.reconfigured": _("Hardware changed"),
    "virtual_machine.reconfigure_failed": _("Change of hardware failed"),
    "virtual_machine.disk_copied": _("A disk stands alone, its template is no longer read"),
    "virtual_machine.stream_ended": _("Copying of a disk ended"),
    "virtual_machine.stream_failed": _("Copying of a disk failed"),
    "definition_list.added": _("A remote repository was added"),
    "definition_list.changed": _("A remote repository was read again"),
    "definition_list.read": _("A remote repository was read"),
    "definition_list.read_failed": _("A remote repository could not be read"),
    "definition_list.removed": _("A remote repository was removed"),
    "template_definition.added": _("A template to download was written down"),
    "template_definition.changed": _("A template to download was changed"),
    "template_definition.removed": _("A template to download was taken off the list"),
    "upload.fetched": _("A template was fetched"),
    "upload.taken_in": _("A file of the repository became a template"),
    "upload.failed": _("A template did not come in"),
    "upload.cancelled": _("An upload was given up"),
    "template.disk_converted": _("A disk was converted"),
    "template.conversion_refused": _("Conversion of a disk refused: no room"),
    "template.conversion_vanished": _("The file of a converted disk vanished"),
    "template.disk_added": _("A disk was added"),
    "template.disk_add_failed": _("A disk could not be added"),
    "template.disk_deleted": _("A disk was deleted"),
    "template.disk_delete_failed": _("A disk could not be deleted"),
    "template.disk_file_deleted": _("The file of a disk was deleted"),
    "template.disk_file_delete_failed": _("The file of a disk could not be deleted"),
    "template.conversion_deleted": _("A converted disk was deleted"),
    "template.conversion_delete_failed": _("A converted disk could not be deleted"),
    "template.conversion_failed": _("Conversion of a disk failed"),
    "virtual_machine.soft_limit_passed": _("Soft limit passed"),
    "virtual_datacenter.soft_limit_passed": _("Soft limit passed"),
    "enterprise.soft_limit_passed": _("Soft limit passed"),
    "limit.reached": _("Limit reached"),
    "limit_lease.expired": _("Still above a soft limit after the agreed date"),
    "virtual_machine.console_opened": _("Console opened"),
    "virtual_machine.found_on": _("Found running on its host"),
    "virtual_machine.found_off": _("Found stopped on its host"),
    "virtual_machine.found_paused": _("Found paused on its host"),
    "virtual_machine.out_of_sight": _("Out of sight"),
    "virtual_machine.vanished": _("Vanished from its host"),
    "template_repository.refreshed": _("Repository looked through"),
    "template_repository.refresh_failed": _("Repository could not be looked through"),
    "virtual_machine.instance_made": _("Instance made of it"),
    "virtual_machine.instance_failed": _("Making an instance failed"),
    "template.promoted": _("Promoted to a master"),
    "template.promotion_failed": _("Promotion failed"),
    "template.copied": _("Copied to another location"),
    "template.copy_failed": _("Copying to another location failed"),
    "package.made": _("Exported as OVA"),
    "package.failed": _("Export failed"),
    "virtual_machine.terms_accepted": _("Terms of the template accepted"),
    "virtual_machine.cdrom_changed": _("CD-ROM inserted or ejected"),
    "virtual_machine.change_cdrom_failed": _("CD-ROM could not be inserted or ejected"),
    "virtual_machine.metadata_changed": _("Metadata changed"),
    "virtual_machine.guest_changed": _("Guest set-up changed"),
    "virtual_machine.guest_set_up": _("Guest set-up written"),
    "virtual_machine.guest_set_up_failed": _("Guest set-up could not be written"),
    "virtual_machine.guest_password_mailed": _("First password mailed to the owner"),
    "virtual_machine.guest_password_not_mailed": _("First password could not be mailed"),
    "virtual_machine.guest_password_shown": _("First password looked at"),
    "virtual_machine.guest_password_reset": _("A new first password at the next deployment"),
    "user.ssh_key_added": _("SSH key added"),
    "user.ssh_key_removed": _("SSH key removed"),
    "template.created": _("Template made"),
    "template.changed": _("Template changed"),
    "template.version_added": _("New version of the template"),
    "template.current_version_changed": _("Another version is the current one"),
    "template.version_retired": _("Version retired"),
    "template.version_taken_back": _("Retired version taken back"),
    "template.version_left": _("Version became a template of its own"),
    "template.deleted": _("Template deleted"),
    "template.password_shown": _("Login password looked at"),
    "template.delete_failed": _("Template could not be deleted"),
    "template.file_deleted": _("Files of the template deleted"),
    "template.file_delete_failed": _("Files of the template could not be deleted"),
    "blueprint.created": _("Blueprint made"),
    "blueprint.changed": _("Blueprint changed"),
    "blueprint.deleted": _("Blueprint deleted"),
    "blueprint.version_created": _("New version of the blueprint"),
    "blueprint.version_deleted": _("Version of the blueprint deleted"),
    "blueprint.default_changed": _("Another version is the default"),
    "virtual_appliance.materialised": _("Made of a blueprint"),
    "virtual_appliance.materialise_failed": _("Could not be made of the blueprint"),
    "virtual_appliance.part_kept": _("Something in use was kept"),
    "category.created": _("Category made"),
    "category.changed": _("Category changed"),
    "category.deleted": _("Category deleted"),
    "host.unreachable": _("Host does not answer"),
    "host.reachable": _("Host answers"),
    "host.machine_given_up": _("Machine given up"),
    "approval.requested": _("Approval asked for"),
    "approval.granted": _("Approved"),
    "approval.rejected": _("Rejected"),
    "approval.expired": _("Nobody approved it in time"),
    "approval.endpoint_failed": _("The outside approver could not be reached"),
    "approval.delegated": _("Deputy named"),
    "approval.delegation_ended": _("Deputy no longer needed"),
    "approval_rule.created": _("Approval rule created"),
    "approval_rule.changed": _("Approval rule changed"),
    "approval_rule.deleted": _("Approval rule deleted"),
    "user.signed_in": _("Signed in"),
    "user.signed_out": _("Signed out"),
    "user.session_ended": _("Session ended"),
    "user.sign_in_failed": _("Sign-in failed"),
    "user.locked": _("Account locked after wrong passwords"),
    "user.unlocked": _("Account unlocked"),
    "user.password_changed": _("Password changed"),
    "user.password_reset_requested": _("Link for a new password asked for"),
    "user.password_reset": _("New password set by link"),
    "user.credentials_withdrawn": _("Tokens and applications taken back"),
    "user.second_factor_enabled": _("Second factor switched on"),
    "user.second_factor_disabled": _("Second factor switched off"),
    "user.recovery_codes_made": _("New recovery codes made"),
    "sign_in.refused": _("Sign-in through a provider refused"),
    "sign_in_provider.created": _("Sign-in provider set up"),
    "sign_in_provider.changed": _("Sign-in provider changed"),
    "sign_in_provider.deleted": _("Sign-in provider removed"),
    "sign_in_provider.metadata_changed": _("Sign-in provider has a new description"),
    "sign_in_provider.metadata_failed": _("Sign-in provider can't be read"),
    "password_policy.changed": _("Policy of passwords and sessions changed"),
    "mail_server.created": _("Mail server set up"),
    "mail_server.changed": _("Mail server changed"),
    "mail_server.deleted": _("Mail server removed"),
    "mail_server.tried": _("Mail server tried"),
    "mail.failed": _("Mail not delivered"),
    "mail.retried": _("Mail sent again"),
    "theme.created": _("Theme made"),
    "theme.changed": _("Theme changed"),
    "theme.deleted": _("Theme removed"),
    "theme.logo_changed": _("Logo changed"),
    "theme.logo_removed": _("Logo removed"),
    "enterprise.created": _("Enterprise created"),
    "enterprise.changed": _("Enterprise changed"),
    "enterprise.deleted": _("Enterprise deleted"),
    "enterprise.properties_changed": _("Properties changed"),
    "enterprise.location_opened": _("Location opened"),
    "enterprise.location_closed": _("Location closed"),
    "enterprise.entered": _("Somebody from elsewhere began to work here"),
    "enterprise.left": _("Somebody from elsewhere left"),
    "user.switched_enterprise": _("Works in another enterprise"),
    "scope.created": _("Scope created"),
    "scope.changed": _("Scope changed"),
    "scope.deleted": _("Scope deleted"),
    "operation.cancellation_requested": _("Cancellation asked for"),
    "operation.acknowledged": _("Failure seen"),
    "operation.cancelled": _("Cancelled and undone"),
    "operation.compensation_failed": _("Something could not be undone"),
}
FORMATS = {"vmdk": "VMDK", "vdi": "VDI", "vpc": "VHD", "vhdx": "VHDX"}


def look_of(state: str) -> Look:
    """The look of a state; one that is not known is shown by its own name, greyed."""
    return STATES.get(state) or STATES.get(str(state).upper()) or Look(plain(state), "off", "circle")


def plain(name: str) -> str:
    """A technical name as words: ``virtual_machine.deployed`` becomes ``Virtual machine deployed``."""
    words = str(name).replace(".", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def shown_value(value: Any) -> str:
    """A value before or after a change, as people read it."""
    if value in (None, "", [], {}):
        return str(_("nothing"))
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(value)


def format_name(name: str) -> str:
    """A disk format as its users call it; others are called what they are named."""
    return FORMATS.get(name, name)


def event_title(kind: str) -> str:
    return str(EVENTS.get(kind) or plain(kind))
