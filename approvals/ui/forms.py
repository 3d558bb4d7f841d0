"""Forms check shape and range; whether something may be done is decided by services."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from approvals.models import LONGEST_HOURS, ApprovalRule, Condition, Kind
from core.ui.choosing import Chooser
from tenants.models import Enterprise, Role, User

FIELDS = ("name", "enabled", "position", "kinds", "condition", "threshold", "expires_after_hours")


class RuleForm(forms.Form):
    """One rule of an enterprise, as ``actor`` may write it."""

    name = forms.CharField(label=_("Name"), max_length=128)
    enabled = forms.BooleanField(label=_("In force"), required=False)
    position = forms.IntegerField(
        label=_("Place in the order"),
        min_value=0,
        max_value=1000,
        help_text=_("Smaller comes first. The first rule that applies says who decides."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What has to wait"),
        choices=Kind.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    condition = forms.ChoiceField(label=_("When"), choices=Condition.choices)
    threshold = forms.DecimalField(
        label=_("More than"),
        required=False,
        min_value=0,
        max_digits=11,
        decimal_places=2,
        help_text=_(
            "An amount per month in the currency of the price list, or a number of virtual CPUs. Other "
            "conditions compare nothing."
        ),
    )
    approver_role = forms.ModelChoiceField(
        Role.objects.none(),
        label=_("Decided by the role"),
        required=False,
        empty_label=_("everybody who may decide"),
    )
    approvers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Decided by these people"),
        required=False,
        widget=Chooser("approvals:approver_choices", search=_("User name"), column="nick"),
        help_text=_("Whoever is named here decides, beside the role. Nobody decides what they asked for."),
    )
    expires_after_hours = forms.IntegerField(
        label=_("Hours until it is given up"), min_value=1, max_value=LONGEST_HOURS
    )
    external_url = forms.CharField(
        label=_("Address to tell"),
        required=False,
        max_length=500,
        help_text=_("https only. The task is sent there; the system behind it answers by the REST API."),
    )

    def __init__(self, *args: Any, actor: Any, enterprise: Enterprise, **kwargs: Any):
        super().__init__(*args, **kwargs)
        around = Q(enterprise_id__in={enterprise.id, actor.enterprise_id}) | Q(enterprise=None)
        self.fields["approver_role"].queryset = Role.objects.visible_to(actor).filter(around)
        self.fields["approvers"].queryset = approvers_for(actor, enterprise)
        self.fields["approvers"].widget.arguments = (enterprise.id,)


def approvers_for(actor: Any, enterprise: Enterprise) -> QuerySet[User]:
    """The active people the actor may name: those of the enterprise and their own."""
    around = {enterprise.id, actor.enterprise_id}
    return User.objects.visible_to(actor).filter(enterprise_id__in=around, is_active=True).order_by("nick")


def initial_of(rule: ApprovalRule) -> dict[str, Any]:
    """A rule's values as the form shows them."""
    values = {name: getattr(rule, name) for name in FIELDS}
    return values | {
        "approver_role": rule.approver_role_id,
        "approvers": list(rule.approvers.values_list("pk", flat=True)),
        "external_url": rule.external_url,
    }


class DeputyForm(forms.Form):
    """Who decides in one's place, and how long."""

    deputy = forms.CharField(
        label=_("User name of the deputy"), max_length=128, help_text=_("A colleague of your enterprise.")
    )
    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
