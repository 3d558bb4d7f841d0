"""Sealing a text to a datacenter, whose remote services alone open it; ``contracts.sealing`` says how."""

from base64 import urlsafe_b64encode
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from contracts.sealing import INFO, KEY_BYTES, NONCE_BYTES, PREFIX
from core.errors import Conflict
from infrastructure.models import Datacenter


def sealed_to(datacenter: Datacenter, text: str, *, purpose: str) -> str:
    """The text for that datacenter and that purpose only; never the same twice. Raises Conflict for a
    datacenter without a key."""
    if not datacenter.key:
        raise Conflict(
            _("%(name)s has no key, so nothing can be sealed for it.") % {"name": datacenter.name},
            remedy=_("Its administrator has to give it one."),
        )
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=INFO).derive(datacenter.key.encode())
    nonce = token_bytes(NONCE_BYTES)
    box = AESGCM(derived).encrypt(nonce, text.encode(), purpose.encode())
    return PREFIX + urlsafe_b64encode(nonce + box).decode()
