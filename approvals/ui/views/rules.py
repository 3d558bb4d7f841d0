"""The rules of an enterprise, as a tab of its page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals import services
from approvals.models import ApprovalRule, Kind
from approvals.services.rules import MANAGE
from approvals.ui.forms import RuleForm, approvers_for, initial_of
from approvals.ui.presenting import whom
from core.errors import DomainError
from core.ui.choosing import choices_page
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from tenants.access import may, require
from tenants.models import Enterprise
from tenants.services import update_enterprise
from tenants.ui.tabs import enterprise_context

NEW = {"enabled": True, "position": 10, "kinds": list(Kind.values), "expires_after_hours": 72}


class Rules(Page):
    """Whether the enterprise asks at all, and its rules in order. POST switches asking on or off."""

    failed_to = gettext_lazy("Approvals were not switched")

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        context = enterprise_context(request, enterprise_id)
        rules = ApprovalRule.objects.visible_to(request.user).filter(enterprise_id=enterprise_id)
        related = rules.select_related("approver_role").prefetch_related("approvers")
        context |= {
            "rules": [{"rule": rule, "kinds": _kinds(rule), "whom": whom(rule)} for rule in related],
            "may_manage": may(request.user, MANAGE),
        }
        return render(request, "approvals/rules.html", context)

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=enterprise_id)
        asks = request.POST.get("requires_approval") == "1"
        update_enterprise(actor=request.user, enterprise=enterprise, requires_approval=asks)
        return redirect("approvals:rules", enterprise.id)


class RulePage(Page):
    """What creating and changing a rule have in common."""

    failed_to = gettext_lazy("The rule was not saved")

    def show(self, request: HttpRequest, form: RuleForm, enterprise: Enterprise, **more: Any) -> HttpResponse:
        context = {
            "form": form,
            "lead": enterprise.name,
            "verb": _("Save"),
            "back_url": reverse("approvals:rules", args=[enterprise.id]),
            "error": None,
            **more,
        }
        status = 409 if context["error"] else 200
        return render(request, "approvals/rule.html", context, status=status)


class NewRule(RulePage):
    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise = _enterprise(request, enterprise_id)
        form = RuleForm(actor=request.user, enterprise=enterprise, initial=NEW)
        return self.show(request, form, enterprise, title=_("New approval rule"))

    def post(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise, error = _enterprise(request, enterprise_id), None
        form = RuleForm(request.POST, actor=request.user, enterprise=enterprise)
        if form.is_valid():
            try:
                services.create_rule(actor=request.user, enterprise=enterprise, **form.cleaned_data)
                return redirect("approvals:rules", enterprise.id)
            except DomainError as refused:
                error = fault_of(refused, request, what=str(self.failed_to))
        return self.show(request, form, enterprise, title=_("New approval rule"), error=error)


class ApproverChoices(Page):
    """Whom a rule may name, found by user name as somebody types."""

    def get(self, request: HttpRequest, enterprise_id: int) -> HttpResponse:
        enterprise = _enterprise(request, enterprise_id)
        require(request.user, MANAGE)
        return choices_page(request, approvers_for(request.user, enterprise), column="nick")


class EditRule(RulePage):
    def get(self, request: HttpRequest, rule_id: int) -> HttpResponse:
        rule = _rule(request, rule_id)
        form = RuleForm(actor=request.user, enterprise=rule.enterprise, initial=initial_of(rule))
        return self.show(request, form, rule.enterprise, title=rule.name)

    def post(self, request: HttpRequest, rule_id: int) -> HttpResponse:
        rule, error = _rule(request, rule_id), None
        form = RuleForm(request.POST, actor=request.user, enterprise=rule.enterprise)
        if form.is_valid():
            try:
                services.update_rule(actor=request.user, rule_id=rule.id, **form.cleaned_data)
                return redirect("approvals:rules", rule.enterprise_id)
            except DomainError as refused:
                error = fault_of(refused, request, what=str(self.failed_to))
        return self.show(request, form, rule.enterprise, title=rule.name, error=error)


class DeleteRule(Page):
    failed_to = gettext_lazy("The rule was not deleted")

    def get(self, request: HttpRequest, rule_id: int) -> HttpResponse:
        rule = _rule(request, rule_id)
        context = {
            "title": _("Delete %(name)s?") % {"name": rule.name},
            "text": _("What waits by this rule is left to those who may decide approvals."),
            "verb": _("Delete"),
            "action": reverse("approvals:delete_rule", args=[rule.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, rule_id: int) -> HttpResponse:
        rule = _rule(request, rule_id)
        services.delete_rule(actor=request.user, rule_id=rule.id)
        text = _("%(name)s was deleted.") % {"name": rule.name}
        return told(text, location=reverse("approvals:rules", args=[rule.enterprise_id]))


def _enterprise(request: HttpRequest, enterprise_id: int) -> Enterprise:
    return get_object_or_404(Enterprise.objects.visible_to(request.user), pk=enterprise_id)


def _rule(request: HttpRequest, rule_id: int) -> ApprovalRule:
    rules = ApprovalRule.objects.visible_to(request.user).select_related("enterprise")
    return get_object_or_404(rules, pk=rule_id)


def _kinds(rule: ApprovalRule) -> list[str]:
    return [str(label) for value, label in Kind.choices if value in rule.kinds]
