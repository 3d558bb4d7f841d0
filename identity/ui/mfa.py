"""How allauth keeps and names second factors here."""

from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from core.sealing import seal, unseal
from identity.services.second_factor import may_be_removed

PURPOSE = "second factor"
SEALED_KEYS = ("secret", "seed", "migrated_codes")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Settings name it as MFA_ADAPTER."""

    def get_totp_label(self, user: Any) -> str:
        return user.nick

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_user_identifier(self, user: Any) -> str:
        return user.nick

    def encrypt(self, text: str) -> str:
        return seal(text, purpose=PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text, purpose=PURPOSE)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return may_be_removed(authenticator)
