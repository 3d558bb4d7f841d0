"""How a text is sealed to a datacenter: both sides do this alike, each with its own cipher library.

AES-256-GCM; the key is HKDF-SHA256 (no salt, ``INFO``) of the datacenter's key, the purpose is the associated
data. A sealed text is ``PREFIX`` and urlsafe base64 of nonce, ciphertext and tag. See decision 18.
"""

from uuid import UUID

PREFIX = "d1:"
INFO = b"atrium sealing to a datacenter d1"
KEY_BYTES = 32
NONCE_BYTES = 12


def guest_drive_purpose(machine_id: UUID) -> str:
    """What a config drive is sealed for: one machine's drive opens for no other."""
    return f"guest drive {machine_id}"
