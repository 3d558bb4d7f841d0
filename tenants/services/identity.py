"""Finding who acts, for entry points that authenticate by themselves."""

from django.contrib.auth import authenticate

from tenants.models import User


def actor_by_id(pk: int) -> User | None:
    """The active user with enterprise and role at hand, or None."""
    related = ("enterprise", "switched_to", "role", "scope")
    user = User.objects.select_related(*related).filter(pk=pk, is_active=True).first()
    return None if user is None else acting(user)


def acting(user: User) -> User:
    """The user as they act now: in the enterprise they switched to, if they did. Not to be saved."""
    user.home_enterprise_id = user.enterprise_id
    if user.switched_to_id:
        user.enterprise = user.switched_to
    user.privileges  # noqa: B018  read now, so that copies of this user share them
    return user


def actor_by_password(*, request, nick: str, password: str) -> User | None:
    """The active user with this name and password, or None. Slow by design."""
    return authenticate(request, username=nick, password=password)
