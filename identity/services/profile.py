"""What people change of themselves."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.access_generation import access_changed
from core.errors import Conflict, Invalid
from core.transactions import retried_transaction
from events.services import record_event
from identity.models import MailSecondFactor
from tenants.delegation import require_confirmed
from tenants.models import User

FIELDS = ("name", "surname", "email", "locale")


@retried_transaction
def change_profile(*, user: User, **fields: str) -> None:
    """Change one's own name, e-mail and language; what is not given stays.

    Raises Invalid USER-5 for what is no e-mail address, Conflict 2FA-5 when codes are sent to the
    address that would go, PermissionRefused for another address without a confirmed sign-in: new
    passwords are sent there.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    changes = {
        name: [getattr(row, name), fields[name]]
        for name in FIELDS
        if name in fields and getattr(row, name) != fields[name]
    }
    if not changes:
        return
    if "email" in changes:
        require_confirmed(user)
    for name, (_before, after) in changes.items():
        setattr(row, name, after)
    _require_mail(row, changed="email" in changes)
    row.save(update_fields=[*changes, "updated_at"])
    access_changed()
    record_event(kind="user.changed", subject=row, actor=user, changes=changes)


def _require_mail(user: User, *, changed: bool) -> None:
    if not changed:
        return
    if not user.email and MailSecondFactor.objects.filter(user=user).exists():
        raise Conflict(_("Codes are sent to this address: switch them off first."), code="2FA-5")
    try:
        if user.email:
            validate_email(user.email)
    except ValidationError:
        raise Invalid(
            _("%(email)s is not an e-mail address.") % {"email": user.email}, code="USER-5"
        ) from None
