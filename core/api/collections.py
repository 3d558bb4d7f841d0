"""The envelope of a list: its rows, its total, and the links to the other pages."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from core.api.links import link
from core.api.negotiation import Choice
from core.api.paging import Page, encode_key
from core.api.resource import Resource, Row

_OURS = frozenset({"startwith", "limit", "after", "before"})


def whole_list(resource: Resource, rows: Iterable[Row], base: str, choice: Choice) -> dict[str, Any]:
    """A list that is never paged: no total, no links."""
    return {"links": [], "collection": resource.represent_all(rows, base, choice.spelling)}


def paged_list(resource: Resource, page: Page, address: str, base: str, choice: Choice) -> dict[str, Any]:
    """One page. ``address`` is the absolute address asked for, with its query, which the links keep."""
    return {
        "links": _page_links(page, address, resource.collection),
        "totalSize": page.total,
        "collection": resource.represent_all(page.rows, base, choice.spelling),
    }


def _page_links(page: Page, address: str, collection: str) -> list[dict[str, str]]:
    window = page.window
    if page.total <= window.limit and window.startwith == 0:
        return []
    path, _, query = address.partition("?")
    kept = dict(pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in _OURS)

    def to(rel: str, **changed: Any) -> Mapping[str, str]:
        return link(rel, f"{path}?{urlencode({**kept, 'limit': window.limit, **changed})}", collection)

    last = (page.total - 1) // window.limit * window.limit
    links = [to("first", startwith=0)]
    if window.startwith > 0:
        key = {"before": encode_key(page.rows[0], window)} if page.rows else {}
        links.append(to("prev", startwith=max(window.startwith - window.limit, 0), **key))
    if page.has_next:
        key = encode_key(page.rows[-1], window)
        links.append(to("next", startwith=window.startwith + len(page.rows), after=key))
    links.append(to("last", startwith=max(last, 0)))
    return links
