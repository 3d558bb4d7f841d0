"""Keeping up with what SAML providers publish about themselves. The last usable description stays."""

import logging
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from core.outbound import OutboundError, Patience, get
from events.models import Severity
from events.services import record_event
from identity.federation.models import PublishedMetadata, SignInProvider
from identity.federation.parameters import on_this_machine, parameters_of
from identity.federation.saml.published import MetadataRefused, Published, read_metadata

logger = logging.getLogger(__name__)
KEPT = timedelta(hours=4)
ASKED_AGAIN = timedelta(minutes=10)
NOT_OFTENER_SECONDS = 60
MOST_BYTES = 2_097_152
PATIENCE = Patience(connect_seconds=5, read_seconds=5, whole_seconds=15)
ACCEPT = {"Accept": "application/samlmetadata+xml, application/xml;q=0.9", "User-Agent": "Atrium"}
_MOST_LETTERS = 500


def refresh_metadata(*, provider: SignInProvider) -> bool:
    """Ask the provider what it publishes now; answers whether that could be used and is kept.

    Not within a transaction: it may take a quarter of a minute. A change of certificates or of the address
    is an event, and so is the first failure; then what was usable before goes on to serve until its end.
    """
    told = parameters_of(provider.kind, provider.parameters)
    try:
        allowed = _anywhere if on_this_machine(told.metadata_url) else _not_on_this_machine
        document = get(
            told.metadata_url, headers=ACCEPT, allowed=allowed, patience=PATIENCE, most_bytes=MOST_BYTES
        )
        found = read_metadata(document, told.entity_id, told.metadata_certificate)
        require_unended(found)
    except (OutboundError, MetadataRefused) as error:
        logger.warning("the metadata of %s can't be used: %s", provider.slug, error)
        _keep_failure(provider, str(error)[:_MOST_LETTERS])
        return False
    _keep(provider, told.metadata_url, found)
    return True


def refresh_unless_asked_lately(*, provider: SignInProvider) -> None:
    """As above, at most once a minute for each provider, so that nobody makes us ask all the time."""
    if cache.add(f"saml:metadata:{provider.pk}", True, NOT_OFTENER_SECONDS):
        refresh_metadata(provider=provider)


def refresh_due_metadata() -> int:
    """Ask every provider whose description is due; answers how many were asked."""
    asked = 0
    for provider in SignInProvider.objects.switched_on(SignInProvider.Kind.SAML).select_related("published"):
        known = getattr(provider, "published", None)
        if provider.parameters.get("metadata_url") and (known is None or known.due_at <= timezone.now()):
            refresh_metadata(provider=provider)
            asked += 1
    return asked


@transaction.atomic
def _keep(provider: SignInProvider, source_url: str, found: Published) -> None:
    known = PublishedMetadata.objects.select_for_update().filter(provider=provider).first()
    row = known or PublishedMetadata(provider=provider)
    before = _told(row)
    row.source_url, row.sso_url, row.slo_url = source_url, found.sso_url, found.slo_url
    row.certificates = list(found.certificates)
    row.valid_until, row.last_error = found.valid_until, ""
    row.due_at = min(timezone.now() + KEPT, found.valid_until or datetime.max.replace(tzinfo=UTC))
    row.save()
    if before != _told(row):
        changes = {name: [before[name], value] for name, value in _told(row).items()}
        record_event(kind="sign_in_provider.metadata_changed", subject=provider, changes=changes)


def _told(row: PublishedMetadata) -> dict[str, Any]:
    """What a change of is an event."""
    return {"sso_url": row.sso_url, "slo_url": row.slo_url, "certificates": row.certificates}


@transaction.atomic
def _keep_failure(provider: SignInProvider, error: str) -> None:
    row = PublishedMetadata.objects.select_for_update().filter(provider=provider).first()
    row = row or PublishedMetadata(provider=provider)
    first, row.last_error, row.due_at = not row.last_error, error, timezone.now() + ASKED_AGAIN
    row.save()
    if first:
        record_event(
            kind="sign_in_provider.metadata_failed",
            subject=provider,
            severity=Severity.WARN,
            private_data={"error": error},
        )


def require_unended(found: Published) -> None:
    """Raises MetadataRefused when the description has ended by itself."""
    if found.valid_until is not None and found.valid_until <= timezone.now():
        raise MetadataRefused(f"it ended at {found.valid_until:%Y-%m-%d %H:%M} UTC")


def _not_on_this_machine(address: IPv4Address | IPv6Address) -> bool:
    """Identity providers often stand in a private network, but not on this very machine unless told so."""
    return not (
        address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
    )


def _anywhere(address: IPv4Address | IPv6Address) -> bool:
    return True
