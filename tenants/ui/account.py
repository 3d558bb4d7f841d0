"""How allauth signs people in here: nobody registers, administrators create users."""

from allauth.account.adapter import DefaultAccountAdapter

from tenants.services import set_password


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def set_password(self, user, password: str) -> None:
        set_password(user=user, password=password)
