"""Words about virtual datacenters and networks."""

from django.utils.translation import gettext_lazy as _

from tenants.privilege_words.shape import Group, Words

VIRTUAL_DATACENTERS = Group(
    _("Virtual datacenters and appliances"),
    _("The places machines are put into, and who may touch them."),
    {
        "VDC_ENUMERATE": Words(
            _("See virtual datacenters"),
            _("See virtual datacenters with their appliances, machines and networks."),
        ),
        "VDC_MANAGE": Words(
            _("Manage virtual datacenters"),
            _("Create, change and delete virtual datacenters and their limits."),
        ),
        "VDC_MANAGE_VAPP": Words(
            _("Manage appliances and machines"),
            _("Create, change and delete virtual appliances and machines."),
        ),
        "VDC_MANAGE_DEFAULT_ROLE": Words(
            _("Choose the default role"), _("Change the role users get in new virtual datacenters.")
        ),
        "VAPP_RESTRICTED_VIEW": Words(
            _("See restricted appliances"), _("See restricted appliances and their machines.")
        ),
        "VAPP_RESTRICTED_MANAGE": Words(
            _("Manage restricted appliances"), _("Change restricted appliances, and restrict or open one.")
        ),
        "CONSUME_VAPP_SPEC": Words(_("Use blueprints"), _("Make appliances from blueprints.")),
        "MANAGE_VAPP_SPEC": Words(_("Manage blueprints"), _("Make and change blueprints of appliances.")),
        "VAPP_MANAGE_LAYERS": Words(
            _("Spread machines over hosts"), _("Keep machines on different hosts by layers.")
        ),
        "MANAGE_AVAILABILITY_SET": Words(
            _("Manage availability sets"), _("Create, change and delete sets whose machines are kept apart.")
        ),
        "ASSIGN_AVAILABILITY_SET": Words(
            _("Use availability sets"), _("Put machines into availability sets.")
        ),
        "MANAGE_RESOURCE_GROUP": Words(_("Manage resource groups"), _("Create and change resource groups.")),
        "DELETE_RESOURCE_GROUP": Words(
            _("Delete resource groups"), _("Delete resource groups with everything in them.")
        ),
    },
)
NETWORKS = Group(
    _("Networks"),
    _("Networks, addresses and what stands between them."),
    {
        "VDC_MANAGE_NETWORK": Words(
            _("Manage private networks"), _("Create, change and delete private networks.")
        ),
        "VDC_VIEW_PUBLIC_NETWORK": Words(
            _("See public networks"), _("See public networks and which of their addresses are taken.")
        ),
        "VDC_MANAGE_PUBLIC_NETWORK": Words(
            _("Use public networks"), _("Choose public networks for virtual datacenters and machines.")
        ),
        "VDC_VIEW_EXTERNAL_NETWORK": Words(
            _("See external networks"), _("See the networks that lead into the enterprise's own.")
        ),
        "VDC_MANAGE_EXTERNAL_NETWORK": Words(
            _("Use external networks"), _("Choose external networks for virtual datacenters and machines.")
        ),
        "MANAGE_GLOBAL_NETWORK": Words(_("Manage global networks"), _("Manage networks that span regions.")),
        "MANAGE_PUBLICIPS": Words(_("Take public addresses"), _("Take and return public addresses.")),
        "MANAGE_FLOATINGIPS": Words(_("Take floating addresses"), _("Take and return floating addresses.")),
        "MANAGE_PRIVATEIP_RESERVATION": Words(
            _("Reserve private addresses"),
            _("Keep addresses of private networks from being given to machines."),
        ),
        "MANAGE_NATIPS": Words(_("Translate addresses"), _("Manage address translation.")),
        "MANAGE_FIREWALLS": Words(
            _("Manage firewalls"), _("Create, change and delete firewalls and their rules.")
        ),
        "ASSIGN_FIREWALLS": Words(_("Use firewalls"), _("Put machines behind firewalls.")),
        "MANAGE_CLASSIC_FIREWALLS": Words(
            _("Manage classic firewalls"), _("Manage firewalls of the classic kind.")
        ),
        "MANAGE_DEFAULT_FIREWALL": Words(
            _("Change the default firewall"), _("Choose the firewall that new machines stand behind.")
        ),
        "MANAGE_LOADBALANCERS": Words(
            _("Manage load balancers"), _("Create, change and delete load balancers.")
        ),
        "ASSIGN_LOADBALANCERS": Words(_("Use load balancers"), _("Put machines behind load balancers.")),
        "MANAGE_VPN": Words(_("Manage VPNs"), _("Manage virtual private networks.")),
        "MANAGE_BANDWIDTHLIMIT_NAT": Words(
            _("Limit the bandwidth of NAT"), _("Set how fast machines may be through translated addresses.")
        ),
        "MANAGE_BANDWIDTHLIMIT_PUBLIC": Words(
            _("Limit the bandwidth of public addresses"),
            _("Set how fast machines may be on public addresses."),
        ),
        "VM_ATTACH_NIC": Words(_("Add network cards"), _("Give machines further network cards.")),
        "VM_DETACH_NIC": Words(_("Remove network cards"), _("Take network cards from machines.")),
        "VM_ASSIGN_PUBLIC_IP": Words(
            _("Give machines public addresses"),
            _("Connect machines with addresses that the Internet reaches."),
        ),
        "VM_ASSIGN_EXTERNAL_IP": Words(
            _("Give machines external addresses"),
            _("Connect machines with addresses of the enterprise's own networks."),
        ),
        "UPDATE_MAC_IP": Words(
            _("Change MAC and IP addresses"), _("Change hardware and network addresses of cards.")
        ),
    },
)
