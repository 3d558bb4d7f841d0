"""The mail tab: which server sends, whether it works, and what became of each mail."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.errors import DomainError
from core.ui import keyset
from core.ui.faults import fault_of
from core.ui.pages import Page, led_to
from notifications import services
from notifications.models import MailMessage, MailServer, MailState
from notifications.querysets import MANAGE_MAIL
from notifications.ui.forms import ServerForm
from tenants.access import require
from tenants.models import Enterprise
from tenants.ui.tabs import enterprise_context

FIELDS = (
    "id", "created_at", "template", "recipient", "subject", "state", "attempts", "due_at", "sent_at",
    "last_error", "leased_until", "good_until", "enterprise_id", "enterprise__name",
)  # fmt: skip
CHIPS = (
    ("", _lazy("All")),
    ("queued", _lazy("Waiting")),
    ("sent", _lazy("Sent")),
    ("failed", _lazy("Failed")),
)


class MailTab(Page):
    """Knows the enterprise and that the actor may look after its mail."""

    def enter(self, enterprise_id: int) -> tuple[dict[str, Any], Enterprise]:
        context = enterprise_context(self.request, enterprise_id)
        require(self.request.user, MANAGE_MAIL)
        return context, context["enterprise"]

    def own_server(self, enterprise: Enterprise) -> MailServer | None:
        servers = MailServer.objects.visible_to(self.request.user)
        return servers.filter(enterprise=enterprise).select_related("enterprise").first()


class MailPage(MailTab):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context, enterprise = self.enter(enterprise_id)
        mails = MailMessage.objects.visible_to(request.user).filter(enterprise=enterprise)
        used = services.server_for(enterprise_id)
        context |= listed(request, mails) | {
            "server": self.own_server(enterprise),
            "may_have_server": enterprise.is_reseller or enterprise.is_provider,
            "used": used,
            "used_is_own": used is not None and used.enterprise_id == enterprise_id,
        }
        return render(request, "notifications/mail.html", context)


class AllMails(Page):
    """The mails of every enterprise the actor looks after, and of the platform itself."""

    def get(self, request: HttpRequest) -> HttpResponse:
        require(request.user, MANAGE_MAIL)
        context = listed(request, MailMessage.objects.visible_to(request.user))
        context |= {"show_enterprise": True, "nobody_sends": services.server_for(None) is None}
        return render(request, "notifications/mails.html", context)


class ServerPage(MailTab):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context, enterprise = self.enter(enterprise_id)
        return self._shown(context, enterprise, ServerForm(server=self.own_server(enterprise)))

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context, enterprise = self.enter(enterprise_id)
        form = ServerForm(request.POST, server=self.own_server(enterprise))
        if not form.is_valid():
            return self._shown(context, enterprise, form)
        try:
            services.set_mail_server(actor=request.user, enterprise=enterprise, **form.cleaned_data)
        except DomainError as error:
            return self._shown(context, enterprise, form, error)
        messages.success(request, _("The mail server is saved. Send a test mail to see whether it works."))
        return redirect("notifications:mail", enterprise_id)

    def _shown(
        self, context: dict, enterprise: Enterprise, form: ServerForm, error: DomainError | None = None
    ):
        what = _("The mail server was not saved")
        context |= {
            "form": form,
            "server": self.own_server(enterprise),
            "error": fault_of(error, self.request, what=what) if error else None,
        }
        status = error.status if error else 200
        return render(self.request, "notifications/server.html", context, status=status)


class Test(MailTab):
    """Tries the server now and shows what it said."""

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        _context, enterprise = self.enter(enterprise_id)
        trial = services.try_mail_server(actor=request.user, enterprise=enterprise)
        context = {"trial": trial, "address": request.user.email}
        return render(request, "notifications/_trial.html", context)


class Removal(MailTab):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        _context, enterprise = self.enter(enterprise_id)
        context = {
            "title": _("Remove the mail server of %(name)s?") % {"name": enterprise.name},
            "text": _("Mails leave by the next server above in the tenant tree; without one they wait."),
            "losses": [_("Address, sender and password of the server")],
            "keeps": [_("Mails that were sent, and those that wait")],
            "verb": _("Remove"),
            "action": reverse("notifications:remove", args=[enterprise.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        _context, enterprise = self.enter(enterprise_id)
        services.remove_mail_server(actor=request.user, enterprise=enterprise)
        messages.success(request, _("The mail server is removed."))
        return led_to(request, reverse("notifications:mail", args=[enterprise_id]))


class Retry(MailTab):
    def post(self, request: HttpRequest, enterprise_id: int, mail_id: int) -> HttpResponse:
        _context, enterprise = self.enter(enterprise_id)
        mails = MailMessage.objects.visible_to(request.user)
        if not mails.filter(enterprise=enterprise, pk=mail_id).exists():
            raise Http404
        services.retry_mail(actor=request.user, mail_id=mail_id)
        messages.success(request, _("The mail is sent again within a few seconds."))
        return redirect("notifications:mail", enterprise_id)


def listed(request: HttpRequest, mails: QuerySet) -> dict[str, Any]:
    """One page of mails in the state asked for, newest first, and how many are in each state."""
    counts = mails.aggregate(
        all=Count("pk"), **{state: Count("pk", filter=Q(state=state)) for state in MailState.values}
    )
    state = request.GET.get("state", "")
    if state in MailState.values:
        mails = mails.filter(state=state)
    rows = keyset.read(mails.values(*FIELDS), order=keyset.Order(), key=request.GET.get("after", ""))
    now = timezone.now()
    for row in rows.rows:
        row["sending"] = bool(row["leased_until"] and row["leased_until"] > now)
        useless = row["good_until"] is not None and row["good_until"] <= now
        row["may_retry"] = row["state"] != MailState.SENT and not row["sending"] and not useless
    chips = [(name, word, counts[name or "all"], name == state) for name, word in CHIPS]
    return {"rows": rows, "chips": chips, "state": state}
