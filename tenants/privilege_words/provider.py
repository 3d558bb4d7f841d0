"""Words about the provider's side."""

from django.utils.translation import gettext_lazy as _

from tenants.privilege_words.shape import Group, Words

ACTIVITY = Group(
    _("Activity"),
    _("What happened, and who did it."),
    {
        "EVENTLOG_VIEW_ENTERPRISE": Words(
            _("See the enterprise's activity"), _("See what happened in the enterprise.")
        ),
        "EVENTLOG_VIEW_ALL": Words(_("See all activity"), _("See what happened everywhere.")),
    },
)
INFRASTRUCTURE = Group(
    _("Infrastructure"),
    _("Datacenters and what stands in them: the provider's side."),
    {
        "PHYS_DC_ENUMERATE": Words(_("See datacenters"), _("See which datacenters there are.")),
        "PHYS_DC_RETRIEVE_DETAILS": Words(
            _("See hosts and technical details"),
            _("See hosts, racks, datastores and technical details of failures."),
        ),
        "PHYS_DC_RETRIEVE_RESOURCE_USAGE": Words(
            _("See the use of infrastructure"), _("See how much of the infrastructure is used.")
        ),
        "PHYS_DC_MANAGE": Words(_("Manage datacenters"), _("Add, change and remove datacenters.")),
        "PHYS_DC_ALLOW_MODIFY_SERVERS": Words(
            _("Manage racks and hosts"), _("Add, change and remove racks and hosts.")
        ),
        "PHYS_DC_ALLOW_MODIFY_NETWORK": Words(
            _("Manage datacenter networks"), _("Change networks of datacenters.")
        ),
        "PHYS_DC_ALLOW_MODIFY_STORAGE": Words(
            _("Manage datacenter storage"), _("Change storage of datacenters.")
        ),
        "PHYS_DC_ALLOW_MODIFY_ALLOCATION": Words(
            _("Manage placement rules"), _("Change the rules by which hosts are chosen.")
        ),
        "PHYS_DC_ALLOW_BACKUP_CONFIG": Words(
            _("Configure datacenter backups"), _("Configure how datacenters keep backups.")
        ),
        "MANAGE_DEVICES": Words(_("Manage devices"), _("Manage network devices.")),
        "PCR_ENUMERATE": Words(_("See public cloud regions"), _("See which public cloud regions there are.")),
        "PCR_RETRIEVE_DETAILS": Words(
            _("See details of public cloud regions"),
            _("See addresses, accounts and remote services of public cloud regions."),
        ),
        "PCR_MANAGE": Words(
            _("Manage public cloud regions"), _("Add, change and remove public cloud regions.")
        ),
        "MANAGE_HARDWARE_PROFILE_TYPE_AND_FAMILY": Words(
            _("Manage hardware profile families"), _("Manage the families of hardware profiles.")
        ),
        "MANAGE_DRAAS_CONFIG": Words(
            _("Configure disaster recovery"),
            _("Say which locations stand in for one another after a disaster."),
        ),
    },
)
INSTALLATION = Group(
    _("This installation"),
    _("How Atrium itself is set up."),
    {
        "SYSCONFIG_VIEW": Words(_("See the configuration"), _("See the configuration of the installation.")),
        "SYSCONFIG_ALLOW_MODIFY": Words(
            _("Change the configuration"),
            _("Change the configuration, and use the back office with an unlimited scope."),
        ),
        "SYSCONFIG_SHOW_REPORTS": Words(_("See reports"), _("See reports about the installation.")),
        "SYSCONFIG_MANAGE_DEFAULT_DASHBOARDS": Words(
            _("Change default dashboards"), _("Change the dashboards everybody starts with.")
        ),
    },
)
