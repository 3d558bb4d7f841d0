"""Where the relay listens: ``unix:///path``, readable by its owner alone, or ``tcp://host:port``."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from remote_services.console_relay.admission import LONGEST_LINE_BYTES

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def listen(address: str, serve: Serve) -> asyncio.Server:
    """Raises ValueError for an address of another form, OSError when it cannot be taken."""
    parts = urlsplit(address)
    if parts.scheme == "unix" and parts.path and not parts.netloc:
        return await _listen_on_unix(Path(parts.path), serve)
    if parts.scheme == "tcp" and parts.hostname and parts.port is not None:
        return await asyncio.start_server(serve, parts.hostname, parts.port, limit=LONGEST_LINE_BYTES)
    raise ValueError(f"{address!r} is neither unix:///path nor tcp://host:port")


async def _listen_on_unix(path: Path, serve: Serve) -> asyncio.Server:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Set before the socket exists: a chmod afterwards would leave a moment in which others get in.
    before = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(serve, path, limit=LONGEST_LINE_BYTES)
    finally:
        os.umask(before)
