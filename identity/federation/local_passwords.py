"""Where local passwords are switched off, and for whom they never are.

An exclusive provider switches them off for the people of its mail domains, or for everybody when it
names none. Administrators of the whole installation with a password of ours always get in: else a broken
provider could not be repaired by anybody.
"""

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from core.errors import Reason
from identity.federation.models import SignInProvider
from tenants.models import AuthType, User


def local_password_refused(user: User) -> Reason | None:
    """Why this user can't use (or reset) a password kept here; None if they can."""
    if user.auth_type != AuthType.LOCAL:
        return Reason("PASSWORD_KEPT_ELSEWHERE", _("Your password is not kept here."))
    for provider in SignInProvider.objects.switched_on().filter(exclusive=True):
        if provider.accepts_domain_of(user.email) and not user.is_staff:
            return Reason(
                "LOCAL_PASSWORDS_OFF",
                _("People of your organisation sign in through %(name)s.") % {"name": provider.name},
            )
    return None


class LocalPasswordSwitch(BaseBackend):
    """Stands before the backends that know local passwords, and stops them for whom they are switched off.

    A stranger is not told: the answer is that of a wrong password, and takes as long.
    """

    def authenticate(self, request, username: str | None = None, password: str | None = None) -> None:
        """Always None; raises PermissionDenied where no local password may be tried."""
        user = (
            User.objects.select_related("role", "scope").filter(nick=username).first() if username else None
        )
        if user is not None and local_password_refused(user) is not None:
            User().set_password(password or "")
            raise PermissionDenied
