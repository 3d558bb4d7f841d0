"""Connections that lead only where they may, and that somebody can call off at any moment.

The name is resolved here, its addresses are checked, and one of these very addresses is connected to;
the certificate is still that of the name. Neither proxies nor other settings of the environment count.
"""

import ssl
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import httpcore

from remote_services.appliance_manager.fetching.addresses import AddressPolicy
from remote_services.appliance_manager.fetching.refusals import SourceForbidden
from remote_services.runtime.errors import Cancelled

_SLICE_SECONDS = 1.0
_MOST_ADDRESSES = 4
Cancel = Callable[[], bool]


def connection_pool(
    policy: AddressPolicy, cancelled: Cancel, ca_file: Path | None
) -> httpcore.ConnectionPool:
    """For one fetch. ``ca_file`` holds certificates of authorities that are believed besides the system's."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return httpcore.ConnectionPool(
        ssl_context=context,
        network_backend=CheckedBackend(policy, cancelled),
        max_connections=1,
        max_keepalive_connections=0,
    )


class CheckedBackend(httpcore.NetworkBackend):
    def __init__(self, policy: AddressPolicy, cancelled: Cancel) -> None:
        self._policy = policy
        self._cancelled = cancelled
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._policy.checked(host, port)[:_MOST_ADDRESSES]
        patience = timeout / len(addresses) if timeout else None
        trouble: Exception = httpcore.ConnectError("no address")
        for address in addresses:
            try:
                stream = self._plain.connect_tcp(address, port, patience, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
                continue
            return _CallableOff(stream, self._cancelled)
        raise trouble

    def connect_unix_socket(self, path: str, *arguments: Any, **options: Any) -> httpcore.NetworkStream:
        raise SourceForbidden("Nothing is fetched from sockets of this machine.")

    def sleep(self, seconds: float) -> None:
        self._plain.sleep(seconds)


class _CallableOff(httpcore.NetworkStream):
    """Looks up from reading every second, whether it is still wanted."""

    def __init__(self, stream: httpcore.NetworkStream, cancelled: Cancel) -> None:
        self._stream = stream
        self._cancelled = cancelled

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        deadline = time.monotonic() + timeout if timeout else None
        while True:
            if self._cancelled():
                raise Cancelled("It was cancelled.")
            try:
                return self._stream.read(max_bytes, _SLICE_SECONDS)
            except httpcore.ReadTimeout:
                if deadline is not None and time.monotonic() >= deadline:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _CallableOff(secured, self._cancelled)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
