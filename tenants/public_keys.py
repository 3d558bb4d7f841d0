"""Reading a line of a public SSH key as people paste it. Pure: knows no rows."""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from django.utils.translation import gettext as _

from core.errors import Invalid

LONGEST_LINE = 8192
SHORTEST_RSA_BITS = 2048
KINDS = (
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa",
    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
)  # fmt: skip


@dataclass(frozen=True)
class PublicKey:
    """``line`` is kind and key; the comment stands apart."""

    line: str
    kind: str
    comment: str
    fingerprint: str


def read_public_key(text: str) -> PublicKey:
    """The key in the line. Raises Invalid with what is wrong: a private key, options, an old kind …"""
    line = text.strip()
    if "PRIVATE KEY" in line:
        raise _refused(
            _("This is a private key. Keep it to yourself, and paste the line of the file ending in .pub.")
        )
    if len(line) > LONGEST_LINE or any(not each.isprintable() for each in line):
        raise _refused(_("A public key is one line of at most %(most)s characters.") % {"most": LONGEST_LINE})
    kind, _space, rest = line.partition(" ")
    key, _space, comment = rest.strip().partition(" ")
    if kind not in KINDS:
        raise _refused(
            _("It begins with %(kind)r; a key begins with one of %(kinds)s.")
            % {"kind": kind[:40], "kinds": ", ".join(KINDS)}
        )
    try:
        raw = base64.b64decode(key, validate=True)
        loaded = load_ssh_public_key(f"{kind} {key}".encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refused(_("The key is damaged: it was perhaps not copied whole.")) from error
    if isinstance(loaded, RSAPublicKey) and loaded.key_size < SHORTEST_RSA_BITS:
        raise _refused(
            _("An RSA key has at least %(least)s bits; this one has %(bits)s.")
            % {"least": SHORTEST_RSA_BITS, "bits": loaded.key_size}
        )
    digest = base64.b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")
    return PublicKey(f"{kind} {key}", kind, comment.strip()[:64], f"SHA256:{digest}")


def _refused(message: str) -> Invalid:
    return Invalid(message, code="SSH-KEY-1", remedy=_("ssh-keygen -t ed25519 makes a good pair of keys."))
