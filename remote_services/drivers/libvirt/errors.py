"""Where libvirt's exceptions end and ours begin."""

from collections.abc import Iterator
from contextlib import contextmanager

import libvirt

from remote_services.runtime.errors import HypervisorRefused, MachineNotFound, RemoteError, Unreachable

CONNECTION_DOMAINS = {libvirt.VIR_FROM_RPC, libvirt.VIR_FROM_REMOTE}
CONNECTION_CODES = {
    libvirt.VIR_ERR_NO_CONNECT,
    libvirt.VIR_ERR_INVALID_CONN,
    libvirt.VIR_ERR_RPC,
    libvirt.VIR_ERR_NO_CLIENT,
}
LOST_WORDS = ("client socket is closed", "connection closed", "end of file while reading", "keepalive")


@contextmanager
def translated() -> Iterator[None]:
    """Run calls of the libvirt library; what they raise becomes a RemoteError."""
    try:
        yield
    except libvirt.libvirtError as error:
        raise translation_of(error) from error


def translation_of(error: libvirt.libvirtError) -> RemoteError:
    words = error.get_error_message() or str(error)
    if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
        return MachineNotFound(words)
    if is_connection_error(error):
        return Unreachable(words)
    return HypervisorRefused(words)


def is_connection_error(error: libvirt.libvirtError) -> bool:
    if error.get_error_code() in CONNECTION_CODES:
        return True
    if error.get_error_domain() in CONNECTION_DOMAINS and error.get_error_code() in (
        libvirt.VIR_ERR_SYSTEM_ERROR,
        libvirt.VIR_ERR_INTERNAL_ERROR,
    ):
        return True
    words = (error.get_error_message() or "").lower()
    return any(lost in words for lost in LOST_WORDS)
