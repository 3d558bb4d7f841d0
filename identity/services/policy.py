"""The installation's policy: reading it, changing it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from events.services import record_event
from events.subject import Subject
from identity.models import PasswordPolicy
from identity.models.policy import ONLY_ROW
from tenants.access import require
from tenants.passwords import Rules

CONFIGURE = "SYSCONFIG_ALLOW_MODIFY"
_FIELDS = frozenset(
    field.name for field in PasswordPolicy._meta.fields if field.name not in ("id", "updated_at")
)


def current_policy() -> PasswordPolicy:
    """The policy, with its defaults while nobody has changed it."""
    return PasswordPolicy.objects.filter(pk=ONLY_ROW).first() or PasswordPolicy()


def rules_of(policy: PasswordPolicy) -> Rules:
    """What the policy asks of a new password."""
    return Rules(
        min_length=policy.min_length,
        min_classes=policy.min_classes,
        forbid_names=policy.forbid_names,
        history=policy.history,
        min_age_days=policy.min_age_days,
    )


@transaction.atomic
def change_policy(*, actor: Any, **fields: Any) -> PasswordPolicy:
    """Change what is given; ``actor`` None: the platform itself. Raises Invalid for values out of range."""
    if actor is not None:
        require(actor, CONFIGURE)
    PasswordPolicy.objects.get_or_create(pk=ONLY_ROW)
    policy = PasswordPolicy.objects.select_for_update().get(pk=ONLY_ROW)
    changes = {
        name: [getattr(policy, name), value]
        for name, value in fields.items()
        if name in _FIELDS and getattr(policy, name) != value
    }
    for name, (_before, after) in changes.items():
        setattr(policy, name, after)
    _require_sensible(policy)
    policy.save()
    subject = Subject("password_policy", policy.pk, str(policy))
    record_event(kind="password_policy.changed", subject=subject, actor=actor, changes=changes)
    return policy


def _require_sensible(policy: PasswordPolicy) -> None:
    try:
        policy.clean_fields()
    except ValidationError as error:
        name, problems = next(iter(error.message_dict.items()))
        raise Invalid(f"{name}: {problems[0]}") from None
    if policy.max_age_days and policy.min_age_days >= policy.max_age_days:
        raise Invalid(
            _("The least age (%(least)s days) must be below the greatest (%(most)s days).")
            % {"least": policy.min_age_days, "most": policy.max_age_days}
        )
