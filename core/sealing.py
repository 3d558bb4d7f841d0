"""Secrets that must be read again, sealed with keys that follow from Django's SECRET_KEY.

AES-256-GCM; the key is derived by HKDF-SHA256, the purpose is its associated data, so that what was sealed
for one purpose opens for no other. A sealed text is ``s1:`` and base64 of nonce, ciphertext and tag.
Older keys are tried from SECRET_KEY_FALLBACKS, so the key can be changed; ``core.resealing`` seals anew.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from secrets import token_bytes

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PREFIX = "s1:"
_NONCE_BYTES = 12
_DEFAULT_PURPOSE = "secret"


class CannotUnseal(Exception):
    """A sealed text can't be opened: it was damaged, made for another purpose, or its key is gone."""


def seal(text: str, *, purpose: str = _DEFAULT_PURPOSE) -> str:
    """The text in a form that only this installation reads; never the same twice."""
    nonce = token_bytes(_NONCE_BYTES)
    box = _cipher(settings.SECRET_KEY).encrypt(nonce, text.encode(), purpose.encode())
    return _PREFIX + urlsafe_b64encode(nonce + box).decode()


def unseal(sealed: str, *, purpose: str = _DEFAULT_PURPOSE) -> str:
    """What ``seal`` was given for the same purpose. Raises CannotUnseal, which shows nothing of it."""
    nonce, box = _opened(sealed)
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(key).decrypt(nonce, box, purpose.encode()).decode()
        except InvalidTag:
            continue
    raise CannotUnseal(
        "A sealed secret can't be opened: it was damaged, sealed for another purpose, or sealed with a "
        "SECRET_KEY that is not among SECRET_KEY_FALLBACKS. Enter the secret again, or restore the key."
    )


def resealed(sealed: str, *, purpose: str = _DEFAULT_PURPOSE) -> str:
    """The same secret sealed with the present key; what that key sealed comes back as it is.

    Raises CannotUnseal.
    """
    nonce, box = _opened(sealed)
    try:
        _cipher(settings.SECRET_KEY).decrypt(nonce, box, purpose.encode())
    except InvalidTag:
        return seal(unseal(sealed, purpose=purpose), purpose=purpose)
    return sealed


def is_sealed(text: str) -> bool:
    """Whether the text looks like one that ``seal`` made."""
    return text.startswith(_PREFIX)


def _opened(sealed: str) -> tuple[bytes, bytes]:
    if not is_sealed(sealed):
        raise CannotUnseal(f"This is no sealed secret of a known version: it doesn't begin with {_PREFIX!r}.")
    try:
        raw = urlsafe_b64decode(sealed.removeprefix(_PREFIX).encode())
    except ValueError as error:
        raise CannotUnseal("A sealed secret was damaged: it is no base64. Enter the secret again.") from error
    return raw[:_NONCE_BYTES].ljust(_NONCE_BYTES, b"\0"), raw[_NONCE_BYTES:]


@lru_cache(maxsize=8)
def _cipher(key: str) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"atrium sealing s1").derive(key.encode())
    return AESGCM(derived)
