"""The only writers of sign-in providers, what they publish, external identities and spent assertions."""

from identity.federation.services.admission import SignInRefused, admit
from identity.federation.services.assertions import spend_assertion
from identity.federation.services.metadata import (
    refresh_due_metadata,
    refresh_metadata,
    refresh_unless_asked_lately,
)
from identity.federation.services.providers import (
    create_sign_in_provider,
    delete_sign_in_provider,
    update_sign_in_provider,
)

__all__ = [
    "SignInRefused",
    "admit",
    "create_sign_in_provider",
    "delete_sign_in_provider",
    "refresh_due_metadata",
    "refresh_metadata",
    "refresh_unless_asked_lately",
    "spend_assertion",
    "update_sign_in_provider",
]
