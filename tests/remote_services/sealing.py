"""Seals as the server does, for tests that run where there is no server."""

from base64 import urlsafe_b64encode
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contracts.sealing import INFO, KEY_BYTES, NONCE_BYTES, PREFIX

KEY = "key of the tests"


def sealed(text: str, purpose: str, key: str = KEY) -> str:
    """The text for whoever has the key."""
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=INFO).derive(key.encode())
    nonce = token_bytes(NONCE_BYTES)
    box = AESGCM(derived).encrypt(nonce, text.encode(), purpose.encode())
    return PREFIX + urlsafe_b64encode(nonce + box).decode()
