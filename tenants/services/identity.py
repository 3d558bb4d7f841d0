"""Finding who acts, for entry points that authenticate by themselves."""

from django.contrib.auth import authenticate

from tenants.models import User


def actor_by_id(pk: int) -> User | None:
    """The active user with enterprise and role at hand, or None."""
    user = User.objects.select_related("enterprise", "role", "scope").filter(pk=pk, is_active=True).first()
    if user is not None:
        user.privileges  # noqa: B018  read now, so that copies of this user share them
    return user


def actor_by_password(*, request, nick: str, password: str) -> User | None:
    """The active user with this name and password, or None. Slow by design."""
    return authenticate(request, username=nick, password=password)
