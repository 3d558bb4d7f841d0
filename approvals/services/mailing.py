"""The mails of approvals: to those who may decide, and back to who asked."""

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.approvers import to_be_told
from approvals.models import ApprovalRequest, RequestStatus
from approvals.needs import sentence
from core.errors import DomainError
from core.ui.amounts import month_price_text
from notifications.services import send_mail
from tenants.models import User

logger = logging.getLogger(__name__)
SALT = "approvals.link"
TOLD = (RequestStatus.APPROVED, RequestStatus.REJECTED, RequestStatus.FAILED)


def link_to(request: ApprovalRequest) -> str:
    """An address that leads to the request's page, good until the request expires. It opens nothing by
    itself: who follows it signs in, and sees what they may."""
    until = int(request.expires_at.timestamp())
    token = signing.dumps({"request": request.pk, "until": until}, salt=SALT)
    return settings.ATRIUM_PUBLIC_URL + reverse("approvals:open", args=[token])


def tell_approvers(request: ApprovalRequest) -> None:
    """Write to everybody who may decide the request and has an address."""
    context = {
        "requester": request.requester_name,
        "what": _lazily(what)(request),
        "price": _lazily(_price)(request),
        "reasons": _reasons(request),
        "expires_at": request.expires_at,
        "link": link_to(request),
    }
    for approver in to_be_told(request):
        _write("approval_requested", approver, context, request)


def tell_requester(request: ApprovalRequest) -> None:
    """Write to who asked what came of it; withdrawing is no news to them."""
    requester = User.objects.filter(pk=request.requester_id, is_active=True).exclude(email="").first()
    if requester is None:
        return
    context = {"what": _lazily(what)(request), "link": link_to(request)}
    if request.status == RequestStatus.EXPIRED:
        _write("approval_expired", requester, context, request)
    elif request.status in TOLD:
        context |= {
            "approved": request.status == RequestStatus.APPROVED,
            "decided_by": request.decided_by_name or gettext_lazy("The platform"),
            "reason": request.comment,
        }
        _write("approval_decided", requester, context, request)


def _lazily(text: Callable[..., str]) -> Callable[..., Any]:
    """The text waits until the mail is written, in its reader's language."""
    return lazy(text, str)


def _write(template: str, to: User, context: dict[str, Any], request: ApprovalRequest) -> None:
    """Somebody whose address is no good hinders neither the others nor the operation."""
    try:
        send_mail(template=template, to=to, context=context, enterprise=request.enterprise)
    except DomainError as error:
        logger.warning("no mail to user %s about request %s: %s", to.pk, request.pk, error.code)


def what(request: ApprovalRequest) -> str:
    """The operation in a few words: what it does and to what."""
    return f"{request.get_kind_display()}: {request.resource_name}"


def _reasons(request: ApprovalRequest) -> list[str]:
    """Why it waits, and what the requester said why a soft limit is to be passed."""
    told = [_lazily(sentence)(reason) for reason in request.reasons]
    because = request.plan.get("because")
    return [*told, _lazily(_said)(request.requester_name, because)] if because else told


def _said(who: str, why: str) -> str:
    return _("%(who)s says: %(why)s") % {"who": who, "why": why}


def _price(request: ApprovalRequest) -> str:
    price = request.plan.get("price") or {}
    if not price.get("per_month"):
        return ""
    return _("%(amount)s %(currency)s per month") % {
        "amount": month_price_text(Decimal(price["per_month"])),
        "currency": price["currency"],
    }
