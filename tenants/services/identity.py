"""Finding who acts, for entry points that authenticate by themselves."""

from django.contrib.auth import authenticate

from tenants.models import User


def actor_by_id(pk: int) -> User | None:
    """The active user as they act now, with what decides about rights at hand, or None."""
    return User.objects.actor(pk)


def actor_by_password(*, request, nick: str, password: str) -> User | None:
    """The active user with this name and password, or None. Slow by design."""
    return authenticate(request, username=nick, password=password)
