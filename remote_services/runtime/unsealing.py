"""Opens what the server sealed to this datacenter; ``contracts.sealing`` says how."""

from base64 import urlsafe_b64decode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contracts.sealing import INFO, KEY_BYTES, NONCE_BYTES, PREFIX
from remote_services.runtime.errors import CannotUnseal
from remote_services.runtime.settings import settings


def unseal(sealed: str, *, purpose: str) -> str:
    """The text that was sealed for the purpose. Raises CannotUnseal, which shows nothing of it."""
    key = settings().datacenter_key
    if key is None:
        raise CannotUnseal(
            "This service was not told the datacenter's key: ATRIUM_DATACENTER_KEY is not set."
        )
    if not sealed.startswith(PREFIX):
        raise CannotUnseal(f"This is no sealed text of a known version: it does not begin with {PREFIX!r}.")
    try:
        raw = urlsafe_b64decode(sealed.removeprefix(PREFIX))
        derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=INFO)
        cipher = AESGCM(derived.derive(key.get_secret_value().encode()))
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise CannotUnseal(
            "What the server sealed can't be opened here: ATRIUM_DATACENTER_KEY of this service is not the "
            "datacenter's key, or the text was damaged."
        ) from error
