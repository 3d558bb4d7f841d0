"""Django's way of asking directories, for the sign-in form and HTTP Basic alike."""

import logging

from django.contrib.auth.backends import BaseBackend

from core.client_address import client_address
from core.throttle import Throttle
from identity.federation.ldap.directory import DirectoryUnavailable, person_with_password
from identity.federation.models import SignInProvider, domain_of
from identity.federation.person import Person
from identity.federation.services import SignInRefused, admit
from tenants.backends import ActingUsers
from tenants.models import AuthType, User

logger = logging.getLogger(__name__)
BY_NAME = Throttle("directory-name", 10)
BY_ADDRESS = Throttle("directory-address", 30)


class LdapBackend(ActingUsers, BaseBackend):
    """Asks the directories that are switched on, in turn; the first that knows the password decides."""

    def authenticate(
        self, request, username: str | None = None, password: str | None = None, **_kwargs
    ) -> User | None:
        """The user this name and password belong to in a directory, or None."""
        if not username or not password or "\0" in username + password or _is_not_of_a_directory(username):
            return None
        counters = _counters(request, username)
        if any(throttle.is_used_up(key) for throttle, key in counters):
            return None
        directories = _directories_for(username)
        for provider in directories:
            person = _asked(provider, username, password)
            if person is not None:
                return _admitted(provider, person)
        for throttle, key in counters if directories else ():
            throttle.count(key)
        return None


def _counters(request, nick: str) -> list[tuple[Throttle, str]]:
    """What failures are counted by, so that directories are no place to guess passwords."""
    address = client_address(request) if request is not None else None
    by_name = BY_NAME, f"{nick.lower()} {address}"
    return [by_name, (BY_ADDRESS, address)] if address else [by_name]


def _is_not_of_a_directory(nick: str) -> bool:
    """Whether the name belongs to a user whose password no directory knows: theirs is not shown to one."""
    user = User.objects.filter(nick=nick).only("auth_type").first()
    return user is not None and user.auth_type != AuthType.LDAP


def _directories_for(nick: str) -> list[SignInProvider]:
    """All directories; for a name with a mail domain, those that serve the domain or any domain."""
    found = SignInProvider.objects.switched_on(SignInProvider.Kind.LDAP)
    return [provider for provider in found if not domain_of(nick) or provider.accepts_domain_of(nick)]


def _asked(provider: SignInProvider, nick: str, password: str) -> Person | None:
    try:
        return person_with_password(provider, nick, password)
    except DirectoryUnavailable as error:
        logger.warning("the directory %s could not be asked: %s", provider.slug, error)
        return None


def _admitted(provider: SignInProvider, person: Person) -> User | None:
    try:
        return admit(provider=provider, person=person)
    except SignInRefused as refusal:
        logger.info("%s vouched for somebody who was refused: %s", provider.slug, refusal.reasons[0].code)
        return None
