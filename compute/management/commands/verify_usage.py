"""Compare what limits are held against with what is really there; 1 is returned when anything differs."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compute.services.verification import verify_usage


class Command(BaseCommand):
    help = "Works out the usage of every enterprise, location and virtual datacenter two ways and compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--enterprise", type=int, action="append", help="Only this id; may be repeated.")

    def handle(self, *args: Any, **options: Any) -> None:
        verification = verify_usage(options["enterprise"])
        self.stdout.write(f"{verification.compared} compared, {len(verification.differences)} differ")
        if not verification.differences:
            return
        self.stdout.write(f"{'level':<20}{'name':<40}{'resource':<16}{'counted':>12}{'expected':>12}")
        for each in verification.differences:
            self.stdout.write(
                f"{each.level:<20}{each.name[:38]:<40}{each.resource:<16}"
                f"{each.counted:>12}{each.expected:>12}"
            )
        sys.exit(1)
