"""Delivers by hand what the reconciler delivers by itself."""

from django.core.management.base import BaseCommand

from notifications.services import deliver_due


class Command(BaseCommand):
    help = "Send the mails that are due, one after the other, and tell how many ended how."
    requires_system_checks = []

    def handle(self, *args, **options):
        ends = deliver_due()
        print(", ".join(f"{count} {state}" for state, count in sorted(ends.items())) or "nothing was due")
