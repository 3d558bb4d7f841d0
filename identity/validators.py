"""The installation's policy as Django's password validator, which every form and service asks."""

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from identity.models import PasswordRecord
from identity.services.policy import current_policy, rules_of
from tenants.passwords import Facts, weaknesses


class InstallationPolicy:
    """Named in AUTH_PASSWORD_VALIDATORS."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError whose errors carry the codes of the REST dialect."""
        policy = current_policy()
        found = weaknesses(password, rules_of(policy), _facts(user, policy.history))
        if found:
            raise ValidationError([ValidationError(reason.message, code=reason.code) for reason in found])

    def password_changed(self, password: str, user: Any = None) -> None:
        """Remember the new password's hash. Called when a user with a new password was saved."""
        keep = current_policy().history
        if user is None or user.pk is None:
            return
        if keep:
            PasswordRecord.objects.create(user_id=user.pk, password=user.password)
        former = PasswordRecord.objects.filter(user_id=user.pk).values_list("pk", flat=True)
        PasswordRecord.objects.filter(pk__in=list(former[keep : keep + 200])).delete()

    def get_help_text(self) -> str:
        """The rules in a sentence or two."""
        policy = current_policy()
        text = _(
            "At least %(length)s characters of %(classes)s kinds (capital and small letters, digits, "
            "symbols, others)."
        ) % {"length": policy.min_length, "classes": policy.min_classes}
        return f"{text} {_('It may not contain your names.')}" if policy.forbid_names else text


def _facts(user: Any, history: int) -> Facts:
    if user is None:
        return Facts()

    def used_before(password: str) -> bool:
        former = PasswordRecord.objects.filter(user_id=user.pk).values_list("password", flat=True)
        hashes = {user.password, *former[:history]} if user.pk else set()
        return any(check_password(password, encoded) for encoded in hashes if encoded)

    names = tuple(getattr(user, name, "") or "" for name in ("nick", "name", "surname"))
    return Facts(names=names, used_before=used_before)
