"""Reading the index of a remote repository at its address, by ``core.outbound``. Writes nothing."""

from ipaddress import ip_network
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from catalogue.definition_index import MOST_BYTES, Index, IndexRefused, read_index
from catalogue.sagas.list_reading import NO_LIST
from catalogue.services.bringing import checked_address
from contracts.addresses import Address, is_public
from core.errors import Invalid
from core.outbound import UNWATCHED, NotAllowed, Onlooker, OutboundError, Patience, Redirected, Refused, get

PATIENCE = Patience(connect_seconds=5, read_seconds=10, whole_seconds=20)
HEADERS = {"Accept": "application/xml, text/xml;q=0.9", "User-Agent": "Atrium", "Accept-Encoding": "identity"}
MOST_REDIRECTS = 3


class ListUnreadable(Exception):
    """What is wrong with it, in words, and what to do."""

    def __init__(self, code: str, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.code, self.problem, self.remedy = code, problem, remedy


def read_at(url: str, onlooker: Onlooker = UNWATCHED) -> Index:
    """What the list offers. Not within a transaction: each hop may take twenty seconds.

    Raises ListUnreadable.
    """
    try:
        document, found_at = _fetched(url, onlooker)
        return read_index(document, found_at)
    except NotAllowed as error:
        host = urlsplit(url).hostname
        problem = _("%(host)s has no public address; lists are read from such only.") % {"host": host}
        remedy = _(
            "Check the name. Addresses of private networks are refused unless whoever runs the"
            " platform allows their network (ATRIUM_FETCH_ALLOWED_NETWORKS)."
        )
        raise ListUnreadable(error.code, problem, remedy) from None
    except (OutboundError, IndexRefused) as error:
        problem = _("The list can't be used: %(why)s.") % {"why": str(error)[:300]}
        code = getattr(error, "code", NO_LIST)
        raise ListUnreadable(code, problem, _("Check the address in a browser.")) from None


def _fetched(url: str, onlooker: Onlooker) -> tuple[bytes, str]:
    for _redirect in range(MOST_REDIRECTS + 1):
        try:
            found = get(
                url,
                headers=HEADERS,
                allowed=_allowed,
                patience=PATIENCE,
                most_bytes=MOST_BYTES,
                onlooker=onlooker,
            )
        except Redirected as elsewhere:
            url = _next(url, elsewhere.location)
        else:
            return found, url
    raise Refused(f"it redirects more than {MOST_REDIRECTS} times")


def _next(url: str, location: str) -> str:
    try:
        found = checked_address(urljoin(url, location))
    except (Invalid, ValueError):
        raise Refused("it redirects to what is no address") from None
    if url.startswith("https:") and not found.startswith("https:"):
        raise Refused("it redirects from https to http")
    return found


def _allowed(address: Address) -> bool:
    networks = map(ip_network, settings.ATRIUM_FETCH_ALLOWED_NETWORKS)
    return is_public(address) or any(address in network for network in networks)
