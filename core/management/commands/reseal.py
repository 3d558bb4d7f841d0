"""Seals with the present secret key whatever an older one sealed, so that the older one can be given up."""

from django.core.management.base import BaseCommand, CommandError

from core.resealing import reseal_everything


class Command(BaseCommand):
    help = (
        "Seal every kept secret anew with ATRIUM_SECRET_KEY. The keys it was sealed with must stand in "
        "ATRIUM_SECRET_KEY_FALLBACKS. Can be run at any time and again."
    )

    def handle(self, *args, **options):
        closed = 0
        for tally in reseal_everything():
            self.stdout.write(f"{tally.place}: {tally.renewed} sealed anew, {tally.closed} can't be opened")
            closed += tally.closed
        if closed:
            raise CommandError(
                f"{closed} secrets can't be opened by any key given here: add the key they were sealed with "
                "to ATRIUM_SECRET_KEY_FALLBACKS, or enter them again."
            )
