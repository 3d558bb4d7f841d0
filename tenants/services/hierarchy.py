"""The rules of resellers and key nodes: one of each per scope, and no reseller beneath a key node.

They are looked at after the writing; a refusal takes the transaction back. Callers hold ``lock_tree``.
"""

from django.utils.translation import gettext as _

from core.errors import Conflict
from tenants.models import Enterprise, Scope, ScopeLink


def check_place(enterprise: Enterprise) -> None:
    """Raise Conflict (ENTERPRISE-20, -21, -34) when the enterprise can't be what it is where it is."""
    if enterprise.default_scope_id is None or not (enterprise.is_reseller or enterprise.is_key_node):
        return
    _check_alone(enterprise, "is_reseller", "ENTERPRISE-20", _("reseller"))
    _check_alone(enterprise, "is_key_node", "ENTERPRISE-21", _("key node"))
    check_lines(enterprise.default_scope)


def check_lines(scope: Scope) -> None:
    """Raise Conflict (ENTERPRISE-34) when a reseller in or beneath the scope has a key node above it."""
    wrong = ScopeLink.objects.filter(
        distance__gt=0,
        ancestor__default_of__is_key_node=True,
        descendant__default_of__is_reseller=True,
        descendant__ancestors__ancestor=scope,
    )
    found = wrong.values_list("ancestor__name", "descendant__name").first()
    if found:
        raise Conflict(
            _("A reseller can't be beneath a key node: there is one in %(below)s, beneath %(above)s.")
            % {"above": found[0], "below": found[1]},
            code="ENTERPRISE-34",
            remedy=_("Choose another scope, or take the mark from one of them."),
        )


def _check_alone(enterprise: Enterprise, flag: str, code: str, word: str) -> None:
    if not getattr(enterprise, flag):
        return
    others = Enterprise.objects.filter(default_scope=enterprise.default_scope_id, **{flag: True})
    other = others.exclude(pk=enterprise.pk).first()
    if other is not None:
        raise Conflict(
            _("The scope %(scope)s has a %(word)s already: %(name)s.")
            % {"scope": enterprise.default_scope, "word": word, "name": other.name},
            code=code,
            remedy=_("Give this enterprise another default scope."),
        )
