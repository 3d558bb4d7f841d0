"""Users of an enterprise."""

from typing import Any

from core.api.document import Document
from core.api.listing import whole_number
from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import Invalid
from tenants import services
from tenants.api.resources import ENTERPRISE_NAME, USER, USER_WITH_ROLE
from tenants.api.rows import with_open_datacenters, with_roles, workplace_of
from tenants.models import Enterprise, Role, Scope, User


class UserView(DialectView):
    """What the lists and the single user share."""

    def visible(self, enterprise: int, pk: int):
        return User.objects.visible_to(self.actor).filter(pk=pk, enterprise_id=enterprise)

    def shown(self, enterprise: int, pk: int) -> dict[str, Any]:
        row = self.row(self.visible(enterprise, pk), USER, "USER-0")
        return with_open_datacenters([row], self.actor)[0]

    def listed(self, users):
        """A page of users, in either representation."""
        chosen = self.verb.representation(self.choice.name)
        page = self.read_page(users, chosen)
        add = with_roles if chosen is USER_WITH_ROLE else with_open_datacenters
        add(page.rows, self.actor)
        return self.send_page(page, chosen)

    def told(self, document: Document) -> dict[str, Any]:
        """The arguments for the service. Of links, role, scope and open virtual datacenters count."""
        values = USER.read(document)
        role = document.reference("role", "/admin/roles/{role}")
        if role:
            known = Role.objects.visible_to(self.actor).filter(pk=role["role"])
            values["role"] = self.one(known, "USER-2")
        scope = document.reference("scope", "/admin/scopes/{scope}")
        if scope:
            known = Scope.objects.visible_to(self.actor).filter(pk=scope["scope"])
            values["scope"] = self.one(known, "SCOPE-1")
        return values | self._restriction(document, values.pop("opened", None))

    def workplace(self, document: Document) -> dict[str, Any]:
        """The enterprise the body links to, where its user shall work from now on; home is always known."""
        linked = document.reference("enterprise", "/admin/enterprises/{enterprise}")
        if linked is None:
            return {}
        if linked["enterprise"] == self.actor.home_enterprise_id:
            return {"works_in": self.actor.home}
        known = Enterprise.objects.visible_to(self.actor).filter(pk=linked["enterprise"])
        return {"works_in": self.one(known, "EN-0")}

    @staticmethod
    def _restriction(document: Document, opened: str | None) -> dict[str, Any]:
        """Links or a list of ids restrict; an empty list lifts the restriction; without both it stays."""
        links = document.references("virtualdatacenter", "/cloud/virtualdatacenters/{vdc}")
        if links:
            return {"restricted": True, "virtual_datacenters": [link["vdc"] for link in links]}
        if opened is None:
            return {}
        try:
            ids = [whole_number(each.strip()) for each in opened.split(",") if each.strip()]
        except ValueError:
            raise Invalid("availableVirtualDatacenters: must be ids, separated by commas.") from None
        return {"restricted": bool(ids), "virtual_datacenters": ids}


class AllUsers(UserView):
    @speaks("Users of every enterprise one sees", answers=(USER, USER_WITH_ROLE), many=True, paged=True)
    def get(self, request):
        return self.listed(User.objects.visible_to(self.actor))


class Users(UserView):
    @speaks("Users of an enterprise", answers=(USER, USER_WITH_ROLE), many=True, paged=True)
    def get(self, request, enterprise):
        self.row(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), ENTERPRISE_NAME, "EN-0")
        return self.listed(User.objects.visible_to(self.actor).filter(enterprise_id=enterprise))

    @speaks("Create a user; a link names the role", answers=(USER,), accepts=(USER,), status=201)
    def post(self, request, enterprise):
        home = self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0")
        values = {"nick": "", "password": ""} | self.told(self.document())
        if "role" not in values:
            raise Invalid("A link 'role' is needed.", code="USER-1")
        made = services.create_user(actor=self.actor, enterprise=home, **values)
        return self.created(USER, self.shown(enterprise, made.pk))


class OneUser(UserView):
    @speaks("A user", answers=(USER,))
    def get(self, request, enterprise, user):
        return self.answer(USER, self.shown(enterprise, user))

    @speaks(
        "Change a user; what is not sent stays. A link 'enterprise' of your own user lets you work there",
        answers=(USER,),
        accepts=(USER,),
    )
    def put(self, request, enterprise, user):
        found, document = self.one(self.visible(enterprise, user), "USER-0"), self.document()
        moved = self.workplace(document)
        services.update_user(actor=self.actor, user=found, **self.told(document), **moved)
        row = self.shown(enterprise, user)
        if moved and user == self.actor.pk:
            row |= workplace_of(moved["works_in"])
        return self.answer(USER, row)

    @speaks("Delete a user; what they own stays", status=204)
    def delete(self, request, enterprise, user):
        services.delete_user(actor=self.actor, user=self.one(self.visible(enterprise, user), "USER-0"))
        return self.nothing()
