"""Who a session belongs to. Every backend that signs people in loads them as they act now, in the enterprise
they switched to; those of directories and identity providers mix ``ActingUsers`` in as well.
"""

from tenants.models import User
from tenants.services.identity import actor_by_id


class ActingUsers:
    """Mixed into authentication backends."""

    def get_user(self, user_id: int) -> User | None:
        """The active user with this id, ready to act; None ends the session."""
        return actor_by_id(user_id)
