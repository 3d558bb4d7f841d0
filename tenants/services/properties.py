"""Properties of an enterprise: texts by name, for integrations."""

from collections.abc import Mapping
from typing import Any

from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from core.changes import assign
from core.errors import Conflict, Invalid, PermissionRefused
from core.transactions import retried_transaction
from events.services import record_event
from tenants.access import require
from tenants.finding import finding_properties
from tenants.models import Enterprise
from tenants.services.closure import lock_tree
from tenants.services.enterprises import require_known

MANAGE = "ENTERPRISE_MANAGE_PROPERTIES"
FINDS = "PROPERTY_FINDS_ENTERPRISE"
MOST, KEY_LENGTH, VALUE_LENGTH = 100, 100, 1000


@retried_transaction
def set_properties(*, actor: Any, enterprise: Enterprise, properties: Mapping[str, Any]) -> Enterprise:
    """Replace all properties of the enterprise. Raises Invalid (ENPROP-3, ENPROP-5).

    Those that enterprises are found by at sign-in are changed by who administers all enterprises only, and no
    two enterprises have the same: raises PermissionRefused (PROPERTY_FINDS_ENTERPRISE), Conflict (ENPROP-2).
    """
    require(actor, MANAGE)
    require_known(actor, enterprise)
    wanted, finding = _well_formed(properties), finding_properties()
    if finding:
        lock_tree()
    enterprise.refresh_from_db(from_queryset=Enterprise.objects.select_for_update())
    before = enterprise.properties
    changes = {
        key: [before.get(key), wanted.get(key)]
        for key in sorted(before.keys() | wanted.keys())
        if before.get(key) != wanted.get(key)
    }
    for name in sorted(finding & changes.keys()):
        _check_finding(actor, enterprise, name, wanted.get(name))
    if assign(enterprise, {"properties": wanted}):
        enterprise.save(update_fields=["properties", "updated_at"])
        record_event(kind="enterprise.properties_changed", subject=enterprise, actor=actor, changes=changes)
    return enterprise


def _check_finding(actor: Any, enterprise: Enterprise, name: str, value: str | None) -> None:
    if not actor.sees_all_enterprises:
        raise PermissionRefused(
            _("Newcomers are led to their enterprise by %(name)s, so not everybody may change it.")
            % {"name": name},
            code=FINDS,
            remedy=_("Leave %(name)s as it is, or ask somebody who administers all enterprises.")
            % {"name": name},
        )
    if value is None:
        return
    having = Enterprise.objects.exclude(pk=enterprise.pk).filter(properties__has_key=name)
    others = having.values_list("name", KeyTextTransform(name, "properties"))
    # Letter case does not make them two: databases differ in whether they tell it apart.
    holder = next((other for other, held in others if str(held).casefold() == value.casefold()), None)
    if holder is not None:
        raise Conflict(
            _("%(holder)s has the %(name)s %(value)s already, and newcomers find their enterprise by it.")
            % {"holder": holder, "name": name, "value": value},
            code="ENPROP-2",
            remedy=_("Give each enterprise a %(name)s of its own.") % {"name": name},
        )


def _well_formed(properties: Mapping[str, Any]) -> dict[str, str]:
    if len(properties) > MOST:
        raise Invalid(
            _("An enterprise has at most %(most)s properties; these are %(number)s.")
            % {"most": MOST, "number": len(properties)},
            code="ENPROP-5",
        )
    return {_key(key): _value(str(key).strip(), value) for key, value in properties.items()}


def _key(key: Any) -> str:
    text = str(key).strip()
    if not text:
        raise Invalid(_("A property needs a name."), code="ENPROP-3")
    if "=" in text or not text.isprintable():
        raise Invalid(
            _("The name of a property holds neither = nor line breaks: %(key)s.") % {"key": text[:20]},
            code="ENPROP-5",
        )
    if len(text) > KEY_LENGTH:
        raise Invalid(
            _("The name %(key)s… is longer than %(most)s characters.")
            % {"key": text[:20], "most": KEY_LENGTH},
            code="ENPROP-5",
        )
    return text


def _value(key: str, value: Any) -> str:
    if isinstance(value, dict | list | bool) or value is None:
        raise Invalid(_("The value of %(key)s must be a text.") % {"key": key}, code="ENPROP-5")
    if not str(value).isprintable():
        raise Invalid(
            _("The value of %(key)s holds line breaks or the like.") % {"key": key}, code="ENPROP-5"
        )
    if len(str(value)) > VALUE_LENGTH:
        raise Invalid(
            _("The value of %(key)s is longer than %(most)s characters.")
            % {"key": key, "most": VALUE_LENGTH},
            code="ENPROP-5",
        )
    return str(value)
