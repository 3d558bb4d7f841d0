"""Pictures of templates: taken in, used again, and forgotten when nothing shows them and room is needed."""

from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from branding.pictures import cleaned
from catalogue.models import Icon, Template
from core.errors import Conflict, Invalid

BENEATH = "/catalogue/icons/"
MOST_ICONS = 200


def take_icon(template: Template, data: bytes) -> str:
    """The address of the picture in these bytes, which is the same for the same picture. Joins the caller's
    transaction. Raises Invalid (VIMAGE-12) for what is none, Conflict (ICONS-FULL)."""
    try:
        picture = cleaned(data)
    except Invalid as refused:
        raise Invalid(refused.message, code="VIMAGE-12", remedy=refused.remedy) from None
    known = Icon.objects.filter(enterprise_id=template.enterprise_id, digest=picture.digest).first()
    if known is not None:
        return known.address
    _make_room(template.enterprise_id)
    uuid = uuid4()
    icon = Icon.objects.create(
        uuid=uuid, enterprise_id=template.enterprise_id, address=f"{BENEATH}{uuid}.png",
        digest=picture.digest, png=picture.png,
    )  # fmt: skip
    return icon.address


def require_known(template: Template, address: Any) -> None:
    """Raise Invalid (VIMAGE-12) for an address beneath ours that is no picture of the template's enterprise.

    What it has already may stay: it may be that of the template it was made of.
    """
    if not str(address).startswith(BENEATH) or address == template.icon:
        return
    if not Icon.objects.filter(enterprise_id=template.enterprise_id, address=address).exists():
        raise Invalid(_("The enterprise has no such picture."), code="VIMAGE-12")


def icons_of(template: Template, actor: Any) -> list[str]:
    """The addresses of pictures to choose from, the newest first."""
    own = Icon.objects.visible_to(actor).filter(enterprise_id=template.enterprise_id)
    return list(own.order_by("-pk").values_list("address", flat=True)[:MOST_ICONS])


def _make_room(enterprise_id: int) -> None:
    there = Icon.objects.filter(enterprise_id=enterprise_id)
    if there.count() < MOST_ICONS:
        return
    there.exclude(address__in=Template.objects.exclude(icon="").values("icon")).delete()
    if there.count() >= MOST_ICONS:
        raise Conflict(
            _("The enterprise has %(most)s pictures in use, which are as many as are kept.")
            % {"most": MOST_ICONS},
            code="ICONS-FULL",
            remedy=_("Use one of them again."),
        )
