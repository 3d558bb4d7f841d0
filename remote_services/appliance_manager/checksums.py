"""The checksum that files of the repository are known by."""

import hashlib
from pathlib import Path

READ_BYTES = 2**20


def sha256_of(path: Path) -> str:
    """Reads the whole file. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(READ_BYTES):
            digest.update(data)
    return digest.hexdigest()
