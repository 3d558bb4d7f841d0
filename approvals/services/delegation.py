"""Handing the right to decide to a deputy for a while."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import ApprovalDelegation
from core.errors import Invalid, NotFound
from events.services import record_event
from tenants.models import User


@transaction.atomic
def delegate(*, actor: Any, deputy_nick: str, starts_at: datetime, ends_at: datetime) -> ApprovalDelegation:
    """Let a colleague decide in the actor's place from ``starts_at`` until ``ends_at``.

    Colleagues are named by their user name, since not everybody may list them. Raises Invalid
    (also when there is no such active colleague).
    """
    colleagues = User.objects.filter(enterprise_id=actor.home_enterprise_id, is_active=True).exclude(
        pk=actor.pk
    )
    deputy = colleagues.filter(nick=deputy_nick.strip()).first()
    if deputy is None:
        raise Invalid(_("There is no active colleague with this user name in your enterprise."))
    if ends_at <= starts_at or ends_at <= timezone.now():
        raise Invalid(_("The end must lie after the beginning, and in the future."))
    delegation = ApprovalDelegation.objects.create(
        user_id=actor.pk, deputy=deputy, starts_at=starts_at, ends_at=ends_at
    )
    _record("approval.delegated", delegation, actor)
    return delegation


@transaction.atomic
def end_delegation(*, actor: Any, delegation_id: int) -> None:
    """Take the right back at once. Raises NotFound for one the actor did not give."""
    delegation = ApprovalDelegation.objects.filter(user_id=actor.pk, pk=delegation_id).first()
    if delegation is None:
        raise NotFound(_("There is no such delegation."))
    _record("approval.delegation_ended", delegation, actor)
    delegation.delete()


def _record(kind: str, delegation: ApprovalDelegation, actor: Any) -> None:
    data = {
        "deputy": delegation.deputy.nick,
        "from": delegation.starts_at.isoformat(),
        "until": delegation.ends_at.isoformat(),
    }
    record_event(kind=kind, subject=delegation.user, actor=actor, data=data)
