"""Asking a directory: who is this, is the password right, in which groups are they.

The entry is found with the provider's own account and the password is proved by binding as that entry.
An empty password is never sent: RFC 4513 (5.1.2) lets a directory take it for an anonymous bind, which
succeeds.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import ldap
from django_auth_ldap.config import LDAPSearch

from identity.federation.models import SignInProvider
from identity.federation.parameters import LdapParameters, parameters_of
from identity.federation.person import USUAL_CLAIMS, Person, person_from

Entry = tuple[str, dict[str, list[str]]]


class DirectoryUnavailable(Exception):
    """The directory does not answer, its certificate is not trusted, or it refuses our own account."""


def person_with_password(provider: SignInProvider, nick: str, password: str) -> Person | None:
    """The person of this name if the password is theirs; None else. Raises DirectoryUnavailable."""
    if not nick or not password:
        return None
    parameters = parameters_of(provider.kind, provider.parameters)
    try:
        with _connection(parameters) as own:
            own.simple_bind_s(parameters.bind_dn, provider.secret)
            entry = _only_entry(provider, parameters, own, nick)
            if entry is None or not _proves(parameters, entry[0], password):
                return None
            return _person(provider, parameters, entry, _groups(parameters, own, entry[0], nick))
    except (ldap.LDAPError, OSError) as error:
        raise DirectoryUnavailable(type(error).__name__) from None


def _only_entry(
    provider: SignInProvider, parameters: LdapParameters, connection: Any, nick: str
) -> Entry | None:
    """The entry the filter finds; none when several match, since either could be meant."""
    usual = USUAL_CLAIMS[provider.kind]
    wanted = [getattr(provider, f"{part}_claim") or name for part, name in usual.items() if part != "role"]
    search = LDAPSearch(
        parameters.base_dn, ldap.SCOPE_SUBTREE, parameters.user_filter, [*wanted, parameters.subject]
    )
    found = search.execute(connection, {"nick": nick})
    return found[0] if len(found) == 1 else None


def _proves(parameters: LdapParameters, dn: str, password: str) -> bool:
    with _connection(parameters) as connection:
        try:
            connection.simple_bind_s(dn, password)
        except (ldap.INVALID_CREDENTIALS, ldap.INAPPROPRIATE_AUTH, ldap.UNWILLING_TO_PERFORM):
            return False
        return True


def _groups(parameters: LdapParameters, connection: Any, dn: str, nick: str) -> list[str]:
    if not parameters.group_base_dn:
        return []
    search = LDAPSearch(
        parameters.group_base_dn, ldap.SCOPE_SUBTREE, parameters.group_filter, [parameters.group_name]
    )
    found = search.execute(connection, {"dn": dn, "nick": nick})
    return [name for _dn, attributes in found for name in attributes.get(parameters.group_name, [])]


def _person(provider: SignInProvider, parameters: LdapParameters, entry: Entry, groups: list[str]) -> Person:
    dn, attributes = entry
    found = next(iter(attributes.get(parameters.subject, [])), dn)
    subject = found.hex() if isinstance(found, bytes) else found
    return person_from(provider, subject, {**dict(attributes), "groups": groups})


@contextlib.contextmanager
def _connection(parameters: LdapParameters) -> Iterator[Any]:
    """A connection that is encrypted as the parameters say; referrals are not followed."""
    connection = ldap.initialize(parameters.url)
    connection.set_option(ldap.OPT_REFERRALS, 0)
    connection.set_option(ldap.OPT_NETWORK_TIMEOUT, parameters.timeout_seconds)
    connection.set_option(ldap.OPT_TIMEOUT, parameters.timeout_seconds)
    demand = ldap.OPT_X_TLS_DEMAND if parameters.verify_certificate else ldap.OPT_X_TLS_NEVER
    connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, demand)
    if parameters.certificate_authority:
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, parameters.certificate_authority)
    connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)
    try:
        if parameters.start_tls:
            connection.start_tls_s()
        yield connection
    finally:
        with contextlib.suppress(ldap.LDAPError):
            connection.unbind_s()
