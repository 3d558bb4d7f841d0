"""In which language somebody is written to."""

from django.conf import settings
from django.utils.translation import get_supported_language_variant, to_language

from tenants.models import User


def language_of(recipient: User | str) -> str:
    """The language of the user's own profile as far as there are words in it, else the installation's.

    Of a bare address nothing is known.
    """
    if isinstance(recipient, str) or not recipient.locale:
        return settings.LANGUAGE_CODE
    try:
        return get_supported_language_variant(to_language(recipient.locale))
    except LookupError:
        return settings.LANGUAGE_CODE
