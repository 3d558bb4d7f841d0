"""Users of an enterprise."""

from core.api.verbs import speaks
from core.api.views import DialectView
from tenants.api.resources import ENTERPRISE_NAME, USER
from tenants.models import Enterprise, User


class Users(DialectView):
    @speaks("Users of an enterprise", answers=(USER,), many=True, paged=True)
    def get(self, request, enterprise):
        self.row(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), ENTERPRISE_NAME, "EN-0")
        return self.page(User.objects.visible_to(self.actor).filter(enterprise_id=enterprise), USER)


class OneUser(DialectView):
    @speaks("A user", answers=(USER,))
    def get(self, request, enterprise, user):
        found = User.objects.visible_to(self.actor).filter(pk=user, enterprise_id=enterprise)
        return self.answer(USER, self.row(found, USER, "USER-0"))
