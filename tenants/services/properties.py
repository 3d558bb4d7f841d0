"""Properties of an enterprise: texts by name, for integrations."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.changes import assign
from core.errors import Invalid
from core.transactions import retried_transaction
from events.services import record_event
from tenants.access import require
from tenants.models import Enterprise
from tenants.services.enterprises import require_known

MANAGE = "ENTERPRISE_MANAGE_PROPERTIES"
MOST, KEY_LENGTH, VALUE_LENGTH = 100, 100, 1000


@retried_transaction
def set_properties(*, actor: Any, enterprise: Enterprise, properties: Mapping[str, Any]) -> Enterprise:
    """Replace all properties of the enterprise. Raises Invalid (ENPROP-3, ENPROP-5)."""
    require(actor, MANAGE)
    require_known(actor, enterprise)
    wanted = _well_formed(properties)
    enterprise.refresh_from_db(from_queryset=Enterprise.objects.select_for_update())
    before = enterprise.properties
    changes = {
        key: [before.get(key), wanted.get(key)]
        for key in sorted(before.keys() | wanted.keys())
        if before.get(key) != wanted.get(key)
    }
    if assign(enterprise, {"properties": wanted}):
        enterprise.save(update_fields=["properties", "updated_at"])
        record_event(kind="enterprise.properties_changed", subject=enterprise, actor=actor, changes=changes)
    return enterprise


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
