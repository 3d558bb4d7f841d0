"""What the guest of a machine is told when it sets itself up."""

from django.db import models

from compute.models.virtual_machine import VirtualMachine
from core.models import Entity


class Guest(Entity):
    """Exists for machines whose template is set up by cloud-init.

    Without ``chooses_keys`` the guest gets all SSH keys that the owner of its machine has at the deployment,
    else those of ``keys``. ``has_drive``: the machine was, or is being, deployed with a config drive.
    ``static_addresses``: addresses stand on the drive instead of coming by DHCP, but for the cards at the
    positions in ``dhcp_cards``, which go on asking. ``written_at``: when the
    drive there is now was written. The user data and the first password are sealed.
    """

    virtual_machine = models.OneToOneField(VirtualMachine, on_delete=models.CASCADE, related_name="guest")
    has_drive = models.BooleanField(default=False)
    sealed_user_data = models.TextField(default="", blank=True)
    user_data_kind = models.CharField(max_length=24, default="", blank=True)
    user_data_bytes = models.PositiveIntegerField(default=0)
    chooses_keys = models.BooleanField(default=False)
    keys = models.ManyToManyField("tenants.SshKey", related_name="+", blank=True)
    static_addresses = models.BooleanField(default=False)
    dhcp_cards = models.JSONField(default=list, blank=True)
    sealed_password = models.CharField(max_length=512, default="", blank=True)
    password_made_at = models.DateTimeField(null=True)
    password_mailed_at = models.DateTimeField(null=True)
    password_mailed_to = models.CharField(max_length=254, default="", blank=True)
    changed_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"guest of {self.virtual_machine}"

    @property
    def is_behind(self) -> bool:
        """Whether the drive says something else than stands here."""
        return bool(self.written_at and self.changed_at and self.changed_at > self.written_at)
