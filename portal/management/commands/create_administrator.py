"""Makes the first cloud administrator of an installation, with privileges, roles and a provider."""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import DomainError
from tenants.models import Enterprise
from tenants.services import create_enterprise, create_user, load_privileges, load_scope


class Command(BaseCommand):
    help = "Create a cloud administrator. The password is asked for, or read from standard input."

    def add_arguments(self, parser):
        parser.add_argument("nick", help="user name")
        parser.add_argument("--enterprise", default="Provider", help="the provider's name")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, nick: str, enterprise: str, email: str, **options: Any) -> None:
        password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        if not password:
            raise CommandError("An empty password was given; nothing was created.")
        try:
            _create(nick, enterprise, email, password)
        except DomainError as error:
            raise CommandError(f"{error.message} {error.remedy}".strip()) from None
        self.stdout.write(f"{nick} may log in now as cloud administrator of {enterprise}.")


@transaction.atomic
def _create(nick: str, enterprise: str, email: str, password: str) -> None:
    role = load_privileges()["CLOUD_ADMIN"]
    provider = Enterprise.objects.filter(name=enterprise).first() or create_enterprise(
        actor=None, name=enterprise, is_provider=True
    )
    scope = load_scope("Unlimited", unlimited=True)
    create_user(
        actor=None, enterprise=provider, role=role, scope=scope, nick=nick, password=password, email=email
    )
