"""Words about services, which act on things of many kinds."""

from django.utils.translation import gettext_lazy as _

from tenants.privilege_words.shape import Group, Words

SERVICES = Group(
    _("Services"),
    _("What is offered as a service, and on what. Places are named from the widest to the narrowest."),
    {
        "XAAS_EXECUTE": Words(_("Run services"), _("Run services of one's own.")),
        "XAAS_USE_DEFAULT": Words(
            _("Use default services"), _("Use services that the provider offers to everybody.")
        ),
        "XAAS_MANAGE_DEFAULT": Words(
            _("Manage default services"), _("Define services that the provider offers to everybody.")
        ),
        "XAAS_USE_ENTERPRISE": Words(
            _("Use services for enterprises"), _("Use services that act on an enterprise.")
        ),
        "XAAS_MANAGE_ENTERPRISE": Words(
            _("Manage services for enterprises"), _("Define services that act on an enterprise.")
        ),
        "XAAS_USE_USER": Words(_("Use services for users"), _("Use services that act on a user.")),
        "XAAS_MANAGE_USER": Words(_("Manage services for users"), _("Define services that act on a user.")),
        "XAAS_USE_DATACENTER": Words(
            _("Use services for datacenters"), _("Use services that act on a datacenter.")
        ),
        "XAAS_MANAGE_DATACENTER": Words(
            _("Manage services for datacenters"), _("Define services that act on a datacenter.")
        ),
        "XAAS_USE_PUBLIC_CLOUD_REGION": Words(
            _("Use services for public regions"), _("Use services that act on a public cloud region.")
        ),
        "XAAS_MANAGE_PUBLIC_CLOUD_REGION": Words(
            _("Manage services for public regions"), _("Define services that act on a public cloud region.")
        ),
        "XAAS_USE_LOCATION": Words(
            _("Use services for locations"),
            _("Use services that act on what an enterprise has in a location."),
        ),
        "XAAS_MANAGE_LOCATION": Words(
            _("Manage services for locations"),
            _("Define services that act on what an enterprise has in a location."),
        ),
        "XAAS_USE_VIRTUAL_DATACENTER": Words(
            _("Use services for virtual datacenters"), _("Use services that act on a virtual datacenter.")
        ),
        "XAAS_MANAGE_VIRTUAL_DATACENTER": Words(
            _("Manage services for virtual datacenters"),
            _("Define services that act on a virtual datacenter."),
        ),
        "XAAS_USE_VIRTUAL_APPLIANCE": Words(
            _("Use services for appliances"), _("Use services that act on a virtual appliance.")
        ),
        "XAAS_MANAGE_VIRTUAL_APPLIANCE": Words(
            _("Manage services for appliances"), _("Define services that act on a virtual appliance.")
        ),
        "XAAS_USE_VIRTUAL_MACHINE": Words(
            _("Use services for machines"), _("Use services that act on a machine.")
        ),
        "XAAS_MANAGE_VIRTUAL_MACHINE": Words(
            _("Manage services for machines"), _("Define services that act on a machine.")
        ),
    },
)
