"""Checks that nobody has changed, removed or slipped in events since they were sealed."""

from django.core.management.base import BaseCommand, CommandError

from events.models import EventSeal
from events.services import broken_seals


class Command(BaseCommand):
    help = (
        "Recompute the chain of seals over the event log. Keep the printed head somewhere else: "
        "--head DIGEST then shows that the end of the log was not cut off either."
    )

    def add_arguments(self, parser):
        parser.add_argument("--head", default="", help="a head printed earlier that must be in the chain")

    def handle(self, *args, head, **options):
        broken = list(broken_seals())
        for each in broken:
            self.stderr.write(
                f"events {each.first_event_id} to {each.last_event_id}: not as sealed "
                f"({each.found_count} found, {each.sealed_count} sealed)"
            )
        if head and not EventSeal.objects.filter(digest=head).exists():
            raise CommandError("The head you gave is not in the chain: seals were removed or replaced.")
        if broken:
            raise CommandError(f"{len(broken)} pieces of the event log were tampered with.")
        last = EventSeal.objects.order_by("-id").first()
        self.stdout.write(f"The log is whole up to event {last.last_event_id if last else 0}.")
        self.stdout.write(f"Head: {last.digest if last else 'none yet'}")
