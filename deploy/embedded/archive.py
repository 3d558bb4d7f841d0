"""Writes the cpio archive ("newc") a Linux kernel unpacks as its first root file system."""

import gzip
import stat
from dataclasses import dataclass, field

TRAILER = "TRAILER!!!"


@dataclass
class Archive:
    """Collects entries in memory; all belong to root and carry no time, so equal input gives equal bytes."""

    _entries: list[bytes] = field(default_factory=list)
    _directories: set[str] = field(default_factory=set)

    def add_directory(self, path: str) -> None:
        """Add a directory with its parents. Known ones are left alone."""
        if path and path not in self._directories:
            self.add_directory(path.rpartition("/")[0])
            self._directories.add(path)
            self._add(path, stat.S_IFDIR | 0o755, b"")

    def add_file(self, path: str, content: bytes, *, executable: bool = False) -> None:
        """Add a regular file, with the directories it lies in."""
        self.add_directory(path.rpartition("/")[0])
        self._add(path, stat.S_IFREG | (0o755 if executable else 0o644), content)

    def add_link(self, path: str, target: str) -> None:
        """Add a symbolic link, with the directories it lies in."""
        self.add_directory(path.rpartition("/")[0])
        self._add(path, stat.S_IFLNK | 0o777, target.encode())

    def compressed(self) -> bytes:
        """The whole archive, gzipped."""
        closed = [*self._entries, _entry(0, TRAILER, 0, b"")]
        return gzip.compress(b"".join(closed), compresslevel=9, mtime=0)

    def _add(self, path: str, mode: int, content: bytes) -> None:
        self._entries.append(_entry(len(self._entries) + 1, path, mode, content))


def _entry(number: int, path: str, mode: int, content: bytes) -> bytes:
    name = path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(mode) else 1
    fields = (number, mode, 0, 0, links, 0, len(content), 0, 0, 0, 0, len(name), 0)
    header = b"070701" + b"".join(b"%08X" % value for value in fields)
    return _padded(header + name) + _padded(content)


def _padded(block: bytes) -> bytes:
    return block + b"\0" * (-len(block) % 4)
