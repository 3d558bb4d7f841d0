"""The manifest of a package: what each file's checksum should be, and comparing it while files pass."""

import hashlib
import re
from collections.abc import Iterable

from remote_services.images.refusal import ImageRefused, RefusalCode

MOST_BYTES = 2**18
_LINE = re.compile(r"(SHA1|SHA256|SHA512)\s*\((.{1,255}?)\)\s*=\s*([0-9a-fA-F]{40,128})$", re.IGNORECASE)
_ALGORITHMS = ("sha1", "sha256", "sha512")
_WRITTEN = "sha256"


class Checksums:
    """Of one file. The manifest may come after it, so all that it may ask for are made until then."""

    def __init__(self, algorithms: Iterable[str] = _ALGORITHMS) -> None:
        self._hashes = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}

    def update(self, piece: bytes) -> None:
        for each in self._hashes.values():
            each.update(piece)

    def of(self, algorithm: str) -> str:
        return self._hashes[algorithm].hexdigest()


class Manifest:
    """``expected`` holds algorithm and checksum by file name."""

    def __init__(self, expected: dict[str, tuple[str, str]]) -> None:
        self.expected = expected

    @property
    def algorithms(self) -> set[str]:
        return {algorithm for algorithm, _ in self.expected.values()}

    def check(self, found: dict[str, Checksums], needed: Iterable[str]) -> None:
        """Raises ImageRefused where a file is missing, differs, or is needed and not vouched for."""
        for name, (algorithm, checksum) in self.expected.items():
            if name not in found:
                raise _wrong(f"the manifest lists {name[:80]!r}, which is not there")
            if found[name].of(algorithm) != checksum:
                raise _wrong(
                    f"the {algorithm.upper()} of {name[:80]!r} is {found[name].of(algorithm)[:16]}…, "
                    f"the manifest says {checksum[:16]}…"
                )
        if missing := [name for name in needed if name not in self.expected]:
            raise _wrong(f"the manifest does not list {missing[0][:80]!r}")


def read_manifest(content: bytes) -> Manifest:
    """Raises ImageRefused."""
    expected: dict[str, tuple[str, str]] = {}
    for line in content.decode(errors="replace").splitlines():
        if not line.strip():
            continue
        found = _LINE.match(line.strip())
        algorithm = found[1].lower() if found else ""
        if found is None or len(found[3]) != 2 * hashlib.new(algorithm, usedforsecurity=False).digest_size:
            raise _wrong(f"its manifest has a line that can't be read: {line[:80]!r}")
        if found[2] in expected:
            raise _wrong(f"its manifest lists {found[2][:80]!r} twice")
        expected[found[2]] = (algorithm, found[3].lower())
    if not expected:
        raise _wrong("its manifest is empty")
    return Manifest(expected)


def write_manifest(checksums: dict[str, Checksums]) -> bytes:
    return "".join(
        f"{_WRITTEN.upper()}({name})= {each.of(_WRITTEN)}\n" for name, each in checksums.items()
    ).encode()


def written_checksums() -> Checksums:
    return Checksums((_WRITTEN,))


def _wrong(why: str) -> ImageRefused:
    return ImageRefused(RefusalCode.CHECKSUM, f"The package is not whole: {why}.")
