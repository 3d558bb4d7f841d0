"""People who showed one thing only: a password, what was handed out for it, or the word of a provider."""

from django.utils.translation import gettext as _

from core.errors import PermissionRefused
from identity.services.passwords import has_run_out
from identity.services.policy import current_policy
from identity.services.second_factor import is_required, uses_second_factor
from tenants.api.authentication import BasicUser, TokenUser, UserSource
from tenants.models import User

NEEDED = "SECOND_FACTOR_NEEDED"


class OneFactor(UserSource):
    """Opens no account that has a second factor or needs one, and none whose password is too old.

    Both are looked up when the user is loaded, which is remembered for seconds.
    """

    remembered_as = "one factor"

    def load(self, pk: int) -> User | None:
        user = super().load(pk)
        if user is not None:
            user.lacks_a_factor = is_required(user) or uses_second_factor(user)
            user.must_change_password |= has_run_out(user, current_policy().max_age_days)
        return user

    def admit(self, request, user: User) -> None:
        """As ``UserSource.admit``; besides raises PermissionRefused (SECOND_FACTOR_NEEDED)."""
        super().admit(request, user)
        if user.lacks_a_factor:
            raise PermissionRefused(
                _("This account has, or needs, a second factor: what was sent alone does not open it."),
                code=NEEDED,
                remedy=_("Use a personal access token or an OAuth application, made in the portal."),
            )


class BasicWithoutSecondFactor(OneFactor, BasicUser):
    """HTTP Basic."""


class TokenWithoutSecondFactor(OneFactor, TokenUser):
    """A token handed out for a password."""
