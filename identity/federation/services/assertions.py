"""Taking each SAML assertion once."""

from datetime import datetime

from django.db import IntegrityError, transaction

from identity.federation.models import SpentAssertion, digest_of


def spend_assertion(*, issuer: str, assertion_id: str, expires_at: datetime) -> bool:
    """Whether nobody used this assertion before; from now on somebody has. Forgets those that are too old."""
    SpentAssertion.objects.expired().delete()
    digest = digest_of(f"{issuer}\0{assertion_id}")
    try:
        with transaction.atomic():
            SpentAssertion.objects.create(digest=digest, expires_at=expires_at)
    except IntegrityError:
        return False
    return True
