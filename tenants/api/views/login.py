"""Logging in. A token is handed out for a password only: renewed by itself, or by a session, it would outlive
both."""

from core.api.authentication import issue_token
from core.api.verbs import speaks
from core.api.views import DialectView
from tenants.api.authentication import BasicUser
from tenants.api.resources import PRIVILEGE, USER
from tenants.api.rows import with_open_datacenters
from tenants.models import User


class Login(DialectView):
    @speaks(
        "Who I am; for a password hands out a token in X-Abiquo-Token",
        answers=(USER,),
        parameters={"expand": "privileges embeds them."},
    )
    def get(self, request):
        row = self.row(User.objects.visible_to(self.actor).filter(pk=self.actor.pk), USER, "USER-0")
        with_open_datacenters([row], self.actor)
        if "privileges" in self.words("expand"):
            granted = self.actor.role.privileges.values(*PRIVILEGE.columns)
            row["privileges"] = [each for each in granted if each["name"] in self.actor.privileges]
        response = self.answer(USER, row)
        if isinstance(request.successful_authenticator, BasicUser):
            response["X-Abiquo-Token"] = issue_token(self.actor)
        return response
