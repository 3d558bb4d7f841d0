"""Tickets that open consoles, and the consoles that are or were open."""

from django.db import models

from consoles.endings import Ending
from consoles.querysets import ConsoleSessionQuerySet
from core.models import Entity


class ConsoleTicket(Entity):
    """Opens one console once. The token itself is not kept: who reads this table can open nothing."""

    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="+")
    virtual_machine = models.ForeignKey("compute.VirtualMachine", on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    session_hash = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"ticket of {self.user} for {self.virtual_machine}"


class ConsoleSession(Entity):
    """A console in somebody's browser. ``must_end`` is somebody's wish that it end; the process that
    holds the connection fulfils it and writes ``closed_at`` with the reason.

    ``last_seen_at`` is renewed every few seconds, so that a session whose process was killed does not
    look open for long.
    """

    user = models.ForeignKey("tenants.User", on_delete=models.CASCADE, related_name="console_sessions")
    virtual_machine = models.ForeignKey(
        "compute.VirtualMachine", on_delete=models.CASCADE, related_name="console_sessions"
    )
    session_hash = models.CharField(max_length=64, editable=False, db_index=True)
    last_seen_at = models.DateTimeField()
    must_end = models.PositiveSmallIntegerField(choices=Ending, null=True, editable=False)
    closed_at = models.DateTimeField(null=True)
    closed_reason = models.PositiveSmallIntegerField(choices=Ending, null=True)

    objects = ConsoleSessionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"console of {self.virtual_machine} for {self.user}"
