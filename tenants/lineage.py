"""Which reseller and which key node an enterprise belongs to: the nearest found upwards from its default
scope, which may be the enterprise itself. One query each, however deep the tree is.
"""

from tenants.models import Enterprise


def reseller_of(enterprise: Enterprise) -> Enterprise | None:
    """The nearest reseller, None when the provider sells directly."""
    return _nearest(enterprise, "is_reseller")


def key_node_of(enterprise: Enterprise) -> Enterprise | None:
    """The nearest key node, None when there is none."""
    return _nearest(enterprise, "is_key_node")


def _nearest(enterprise: Enterprise, flag: str) -> Enterprise | None:
    if getattr(enterprise, flag):
        return enterprise
    if enterprise.default_scope_id is None:
        return None
    above = Enterprise.objects.filter(
        default_scope__descendants__descendant_id=enterprise.default_scope_id, **{flag: True}
    )
    return above.order_by("default_scope__descendants__distance").first()
