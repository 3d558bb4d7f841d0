"""How a host is reached: the driver and its address, out of what a client of the API knows. Pure."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.utils.translation import gettext as _

from contracts.vocabulary import HypervisorType
from core.errors import Invalid

SCHEMES = {
    "fake": "fake",
    "test": "libvirt",
    "qemu": "libvirt",
    "qemu+unix": "libvirt",
    "qemu+tcp": "libvirt",
    "qemu+tls": "libvirt",
    "qemu+ssh": "libvirt",
}
# libvirt's other parameters name programs to run and keys to read where the remote services work.
PARAMETERS = {"socket", "mode", "name"}


@dataclass(frozen=True)
class Connection:
    driver: str
    uri: str


def connection_of(hypervisor_type: str, *, ip: str | None, uri: str = "") -> Connection:
    """The connection to a host. A KVM host without a ``uri`` is ``qemu+tcp://<ip>/system``.

    Raises Invalid (GEN-19) for an address that can't be used.
    """
    if not uri:
        if hypervisor_type != HypervisorType.KVM or not ip:
            raise _unusable(_("This host needs a connectionUri."))
        return Connection("libvirt", f"qemu+tcp://[{ip}]/system" if ":" in ip else f"qemu+tcp://{ip}/system")
    try:
        parts = urlsplit(uri)
        names = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    except ValueError:
        raise _unusable(_("The connectionUri is no address.")) from None
    if parts.scheme not in SCHEMES or not uri.isprintable():
        raise _unusable(_("The connectionUri must start with one of %(all)s.") % {"all": ", ".join(SCHEMES)})
    if names - PARAMETERS:
        raise _unusable(
            _("The connectionUri may have the parameters %(all)s only.")
            % {"all": ", ".join(sorted(PARAMETERS))}
        )
    return Connection(SCHEMES[parts.scheme], uri)


def _unusable(sentence: str) -> Invalid:
    return Invalid(sentence, code="GEN-19")
