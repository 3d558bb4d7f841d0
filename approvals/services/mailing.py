"""The mails of approvals: to those who may decide, and back to who asked."""

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from approvals.approvers import to_be_told
from approvals.models import ApprovalRequest, RequestStatus
from notifications.services import send_mail
from tenants.models import User

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
        "what": what(request),
        "price": _price(request),
        "reasons": [reason["message"] for reason in request.reasons],
        "expires_at": request.expires_at,
        "link": link_to(request),
    }
    for approver in to_be_told(request):
        send_mail(template="approval_requested", to=approver, context=context, enterprise=request.enterprise)


def tell_requester(request: ApprovalRequest) -> None:
    """Write to who asked what came of it; withdrawing is no news to them."""
    requester = User.objects.filter(pk=request.requester_id, is_active=True).exclude(email="").first()
    if requester is None:
        return
    context = {"what": what(request), "link": link_to(request)}
    if request.status == RequestStatus.EXPIRED:
        send_mail(template="approval_expired", to=requester, context=context)
    elif request.status in TOLD:
        context |= {
            "approved": request.status == RequestStatus.APPROVED,
            "decided_by": request.decided_by_name or _("The platform"),
            "reason": request.comment,
        }
        send_mail(template="approval_decided", to=requester, context=context)


def what(request: ApprovalRequest) -> str:
    """The operation in a few words: what it does and to what."""
    return f"{request.get_kind_display()}: {request.resource_name}"


def _price(request: ApprovalRequest) -> str:
    price = request.plan.get("price") or {}
    return f"{price['per_month']} {price['currency']}" if price.get("per_month") else ""
