"""Who has to approve what, what waits for an approval, and who decides for whom."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from approvals.querysets import DelegationQuerySet, RequestQuerySet, RuleQuerySet
from core.models import Entity

LONGEST_HOURS = 8760


class Kind(models.TextChoices):
    """What may have to wait."""

    DEPLOY = "deploy", _("Deploy")
    UNDEPLOY = "undeploy", _("Undeploy or delete")
    RECONFIGURE = "reconfigure", _("Change the size")


class Condition(models.TextChoices):
    ANY = "any", _("Always")
    COST = "cost", _("The machine costs more than this per month")
    VCPUS = "vcpus", _("The machine has more virtual CPUs than this")
    SOFT_LIMIT = "soft_limit", _("A soft limit is passed")
    PUBLIC_IP = "public_ip", _("The enterprise takes its first public address")


class RequestStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    FAILED = "failed", _("Failed")


class ApprovalRule(Entity):
    """When an operation of an enterprise waits, and for whom. Rules are asked in order of ``position``.

    ``threshold`` belongs to the conditions that compare. Without role and users everybody with
    WORKFLOW_OVERRIDE decides. ``external_url`` is told of every operation that waits by this rule.
    """

    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.CASCADE, related_name="approval_rules"
    )
    name = models.CharField(max_length=128)
    enabled = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    kinds = models.JSONField(default=list)
    condition = models.CharField(max_length=12, choices=Condition, default=Condition.ANY)
    threshold = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    approver_role = models.ForeignKey("tenants.Role", null=True, blank=True, on_delete=models.PROTECT)
    approvers = models.ManyToManyField("tenants.User", blank=True, related_name="+")
    expires_after_hours = models.PositiveIntegerField(
        default=72, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_HOURS)]
    )
    external_url = models.CharField(max_length=500, default="", blank=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class ApprovalRequest(Entity):
    """One operation that waits, or waited, with the plan as it was when it was asked for.

    Operation, resource and people are named by plain ids and by name: the record outlives them.
    ``plan`` is what tenants may see, ``private_plan`` holds the provider's hosts and numbers as well.
    ``on_behalf_of`` names for whom a deputy decided.
    """

    operation_id = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    enterprise = models.ForeignKey(
        "tenants.Enterprise", on_delete=models.CASCADE, related_name="approval_requests"
    )
    virtual_datacenter_id = models.BigIntegerField(null=True)
    rule = models.ForeignKey(ApprovalRule, null=True, on_delete=models.SET_NULL, related_name="requests")
    virtual_appliance_id = models.BigIntegerField(null=True)
    resource_type = models.CharField(max_length=40)
    resource_id = models.BigIntegerField()
    resource_name = models.CharField(max_length=255)
    requester_id = models.BigIntegerField(null=True)
    requester_name = models.CharField(max_length=128, default="")
    reasons = models.JSONField(default=list)
    plan = models.JSONField(default=dict)
    private_plan = models.JSONField(default=dict)
    status = models.CharField(max_length=12, choices=RequestStatus, default=RequestStatus.WAITING)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_id = models.BigIntegerField(null=True)
    decided_by_name = models.CharField(max_length=128, default="")
    on_behalf_of = models.CharField(max_length=128, default="")
    comment = models.CharField(max_length=1000, default="")

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("status", "enterprise"), name="request_by_status"),
            models.Index(fields=("status", "expires_at"), name="request_by_expiry"),
            models.Index(fields=("requester_id", "status"), name="request_by_requester"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.resource_name}"


class NoticeStatus(models.TextChoices):
    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class ApprovalNotice(models.Model):
    """That an outside address has to be told of a request. ``due_at`` is also the lease of who tells it."""

    id = models.BigAutoField(primary_key=True)
    request = models.OneToOneField(ApprovalRequest, on_delete=models.CASCADE, related_name="notice")
    url = models.CharField(max_length=500)
    status = models.CharField(max_length=8, choices=NoticeStatus, default=NoticeStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    problem = models.CharField(max_length=255, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=("status", "due_at"), name="notice_by_due")]

    def __str__(self) -> str:
        return f"{self.request_id} to {self.url}"


class ApprovalDelegation(models.Model):
    """``deputy`` decides in place of ``user`` for a while. It is not handed on."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="approval_delegations")
    deputy = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="deputy_for")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "id")
        indexes = [models.Index(fields=("deputy", "ends_at"), name="delegation_by_deputy")]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.user}"
