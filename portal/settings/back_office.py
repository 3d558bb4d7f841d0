"""How the back office (the Django admin) looks and what its sidebar holds."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def _item(title, icon: str, view: str) -> dict:
    return {"title": title, "icon": icon, "link": reverse_lazy(view)}


def _logo(request) -> str:
    return static("portal/logo.svg")


def _style(request) -> str:
    return static("portal/back_office.css")


UNFOLD = {
    "SITE_TITLE": "Atrium",
    "SITE_HEADER": "Atrium",
    "SITE_SUBHEADER": _("Back office"),
    "SITE_URL": "/",
    "SITE_ICON": _logo,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _logo}],
    "SHOW_HISTORY": False,
    "STYLES": [_style],
    "BORDER_RADIUS": "7px",
    "COLORS": {
        "primary": {
            "50": "#eff4ff", "100": "#dce6fe", "200": "#c0d2fd", "300": "#94b4fb", "400": "#618bf7",
            "500": "#4169ee", "600": "#2f5bd7", "700": "#2549b5", "800": "#233f92", "900": "#213874",
            "950": "#182449",
        }
    },
    "SIDEBAR": {
        "show_search": False,
        "navigation": [
            {
                "items": [_item(_("Back to the portal"), "arrow_back", "portal:dashboard")],
            },
            {
                "title": _("Tenants"),
                "separator": True,
                "items": [
                    _item(_("Enterprises"), "apartment", "admin:tenants_enterprise_changelist"),
                    _item(_("Users"), "group", "admin:tenants_user_changelist"),
                    _item(_("Roles"), "shield_person", "admin:tenants_role_changelist"),
                    _item(_("Sign-in providers"), "login", "admin:identity_signinprovider_changelist"),
                ],
            },
            {
                "title": _("Infrastructure"),
                "separator": True,
                "items": [
                    _item(_("Datacenters"), "domain", "admin:infrastructure_datacenter_changelist"),
                    _item(_("Racks"), "shelves", "admin:infrastructure_rack_changelist"),
                    _item(_("Hosts"), "dns", "admin:infrastructure_host_changelist"),
                    _item(_("Datastores"), "hard_drive", "admin:infrastructure_datastore_changelist"),
                    _item(_("Sizes"), "memory", "admin:infrastructure_hardwareprofile_changelist"),
                ],
            },
            {
                "title": _("Catalogue and prices"),
                "separator": True,
                "items": [
                    _item(_("Templates"), "deployed_code", "admin:catalogue_template_changelist"),
                    _item(_("Price lists"), "payments", "admin:billing_pricelist_changelist"),
                ],
            },
            {
                "title": _("Now"),
                "separator": True,
                "items": [_item(_("Consoles"), "terminal", "admin:consoles_consolesession_changelist")],
            },
        ],
    },
}  # fmt: skip
