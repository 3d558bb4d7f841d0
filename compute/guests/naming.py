"""Host names of guests."""

import re

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import Invalid

LONGEST = 253
LONGEST_LABEL = 63
LONGEST_WINDOWS_LABEL = 15


def checked_fqdn(text: str, *, os_type: str = "") -> str:
    """The name in lower case, or empty. Raises Invalid: VM-159, for Windows VM-165."""
    name = text.strip().rstrip(".").lower()
    if not name:
        return ""
    label = re.compile(settings.ATRIUM_FQDN_LABEL_PATTERN)
    labels = name.split(".")
    wrong = next((each for each in labels if len(each) > LONGEST_LABEL or not label.fullmatch(each)), None)
    if wrong is not None or len(name) > LONGEST:
        problem = (
            _("it has %(length)s characters, %(most)s are possible") % {"length": len(name), "most": LONGEST}
            if wrong is None
            else _("%(label)r is no part of one") % {"label": wrong[:70]}
        )
        raise Invalid(
            _("%(name)r is no host name: %(problem)s.") % {"name": name[:80], "problem": problem},
            code="VM-159",
            remedy=_(
                "Parts between dots begin with a letter, hold letters, digits and hyphens, and have at most "
                "%(most)s characters."
            )
            % {"most": LONGEST_LABEL},
        )
    if is_windows(os_type) and len(labels[0]) > LONGEST_WINDOWS_LABEL:
        raise Invalid(
            _("%(label)s has %(length)s characters; a Windows host name has at most %(most)s.")
            % {"label": labels[0], "length": len(labels[0]), "most": LONGEST_WINDOWS_LABEL},
            code="VM-165",
            remedy=_("Choose a shorter name before the first dot."),
        )
    return name


def is_windows(os_type: str) -> bool:
    return os_type.upper().startswith("WINDOWS")


def numbered(fqdn: str, number: int) -> str:
    """``web.example.org`` as ``web-2.example.org``: one of several machines made at once."""
    label, dot, rest = fqdn.partition(".")
    return f"{label}-{number}{dot}{rest}" if fqdn else ""
