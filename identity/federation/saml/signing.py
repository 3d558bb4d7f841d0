"""The key by which we sign what we send to a SAML provider, and its certificate, which our metadata hold.

The certificate only carries the key: the provider trusts it because it is in metadata it was given.
"""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

KEY_BITS = 2048
_EXPONENT = 65537
_GOOD_FOR = timedelta(days=3650)
_MOST_NAME_LETTERS = 64


def new_signing_pair(name: str) -> tuple[str, str]:
    """A new private key and a certificate of that name signed by itself, both in PEM."""
    key = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=KEY_BITS)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:_MOST_NAME_LETTERS] or "atrium")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _GOOD_FOR)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()
