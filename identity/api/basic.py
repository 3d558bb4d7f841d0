"""HTTP Basic for people without a second factor: a password alone opens nothing for the others."""

from django.utils.translation import gettext as _

from core.errors import PermissionRefused
from identity.services.second_factor import is_required, uses_second_factor
from tenants.api.authentication import BasicUser
from tenants.models import User

NEEDED = "SECOND_FACTOR_NEEDED"


class BasicWithoutSecondFactor(BasicUser):
    """Looks for a second factor whenever the password is really checked, which is remembered for seconds."""

    def verify(self, request, nick: str, password: str) -> User | None:
        """As ``UserSource.verify``. Raises PermissionRefused (SECOND_FACTOR_NEEDED)."""
        user = super().verify(request, nick, password)
        if user is not None and (is_required(user) or uses_second_factor(user)):
            raise PermissionRefused(
                _("A password alone does not open this account: it has, or needs, a second factor."),
                code=NEEDED,
                remedy=_("Use a personal access token or an OAuth application, made in the portal."),
            )
        return user
