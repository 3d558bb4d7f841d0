"""Writing a mail: subject, text and HTML in the look of the recipient's enterprise."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from branding.services import Look, logo_of
from core.sealing import seal, unseal
from notifications.letters import check_context

BODY_PURPOSE = "mail body"
MOST_SUBJECT_CHARACTERS = 200


@dataclass(frozen=True)
class Body:
    """What is wiped after sending. ``logo`` is a PNG in base64, or empty."""

    text: str
    html: str
    logo: str = ""

    def sealed(self) -> str:
        return seal(json.dumps(asdict(self)), purpose=BODY_PURPOSE)

    @classmethod
    def opened(cls, sealed: str) -> "Body":
        """Raises CannotUnseal."""
        return cls(**json.loads(unseal(sealed, purpose=BODY_PURPOSE)))


def written(
    *, template: str, context: Mapping[str, Any], name: str, look: Look, language: str
) -> tuple[str, Body]:
    """The subject, on one line, and the body, in this language as far as it has the words; so are lazy texts
    of the context. Raises ValueError when the context has gaps."""
    check_context(template, context)
    values = {
        **context,
        "name": name,
        "look": look,
        "product": look.product,
        "portal_url": settings.ATRIUM_PUBLIC_URL,
    }
    with translation.override(language):
        subject = " ".join(render_to_string(f"mail/{template}.subject", values).split())
        text = render_to_string(f"mail/{template}.txt", values).strip() + "\n"
        html = render_to_string(f"mail/{template}.html", values | {"subject": subject})
    logo = logo_of(look.theme_id, look.logo_digest) if look.logo_digest else None
    return _shortened(subject), Body(text, html, b64encode(logo).decode() if logo else "")


def _shortened(subject: str) -> str:
    if len(subject) <= MOST_SUBJECT_CHARACTERS:
        return subject
    return subject[: MOST_SUBJECT_CHARACTERS - 1] + "…"
