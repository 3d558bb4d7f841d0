"""Logging in, enterprises, users and roles."""

from core.api.authentication import issue_token
from core.api.verbs import speaks
from core.api.views import DialectView
from tenants import services
from tenants.api.resources import ENTERPRISE, ENTERPRISE_NAME, PRIVILEGE, ROLE, USER
from tenants.models import Enterprise, Privilege, Role, User


class Login(DialectView):
    @speaks(
        "Who I am; hands out a token in X-Abiquo-Token",
        answers=(USER,),
        parameters={"expand": "privileges embeds them."},
    )
    def get(self, request):
        row = self.row(User.objects.visible_to(self.actor).filter(pk=self.actor.pk), USER, "USER-0")
        if "privileges" in self.words("expand"):
            row["privileges"] = list(self.actor.role.privileges.values(*PRIVILEGE.columns))
        response = self.answer(USER, row)
        response["X-Abiquo-Token"] = issue_token(self.actor)
        return response


class Enterprises(DialectView):
    @speaks("Enterprises", answers=(ENTERPRISE, ENTERPRISE_NAME), many=True, paged=True)
    def get(self, request):
        chosen = self.verb.representation(self.choice.name)
        return self.page(Enterprise.objects.visible_to(self.actor), chosen)

    @speaks("Create an enterprise", answers=(ENTERPRISE,), accepts=(ENTERPRISE,), status=201)
    def post(self, request):
        values = ENTERPRISE.read(self.document(), creating=True)
        made = services.create_enterprise(actor=self.actor, **values)
        found = Enterprise.objects.visible_to(self.actor).filter(pk=made.pk)
        return self.created(ENTERPRISE, self.row(found, ENTERPRISE, "EN-0"))


class OneEnterprise(DialectView):
    @speaks("An enterprise", answers=(ENTERPRISE,))
    def get(self, request, enterprise):
        found = Enterprise.objects.visible_to(self.actor).filter(pk=enterprise)
        return self.answer(ENTERPRISE, self.row(found, ENTERPRISE, "EN-0"))

    @speaks("Change name and limits", answers=(ENTERPRISE,), accepts=(ENTERPRISE,))
    def put(self, request, enterprise):
        visible = Enterprise.objects.visible_to(self.actor).filter(pk=enterprise)
        found = self.one(visible, "EN-0")
        current = self.row(visible, ENTERPRISE, "EN-0")
        values = ENTERPRISE.read(self.document(), current=current)
        services.update_enterprise(actor=self.actor, enterprise=found, **values)
        return self.answer(ENTERPRISE, self.row(visible, ENTERPRISE, "EN-0"))

    @speaks("Delete an enterprise that owns nothing any more", status=204)
    def delete(self, request, enterprise):
        found = self.one(Enterprise.objects.visible_to(self.actor).filter(pk=enterprise), "EN-0")
        services.delete_enterprise(actor=self.actor, enterprise=found)
        return self.nothing()


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


class Roles(DialectView):
    @speaks("Roles", answers=(ROLE,), many=True, paged=True)
    def get(self, request):
        return self.page(Role.objects.visible_to(self.actor), ROLE)


class OneRole(DialectView):
    @speaks("A role", answers=(ROLE,))
    def get(self, request, role):
        return self.answer(
            ROLE, self.row(Role.objects.visible_to(self.actor).filter(pk=role), ROLE, "ROLE-0")
        )


class RolePrivileges(DialectView):
    @speaks("What a role may do", answers=(PRIVILEGE,), many=True)
    def get(self, request, role):
        self.row(Role.objects.visible_to(self.actor).filter(pk=role), ROLE, "ROLE-0")
        granted = Privilege.objects.visible_to(self.actor).filter(roles=role)
        return self.whole(granted.values(*PRIVILEGE.columns), PRIVILEGE)


class Privileges(DialectView):
    @speaks("Every privilege there is", answers=(PRIVILEGE,), many=True)
    def get(self, request):
        privileges = Privilege.objects.visible_to(self.actor)
        return self.whole(privileges.values(*PRIVILEGE.columns), PRIVILEGE)


class OnePrivilege(DialectView):
    @speaks("A privilege", answers=(PRIVILEGE,))
    def get(self, request, privilege):
        found = Privilege.objects.visible_to(self.actor).filter(pk=privilege)
        return self.answer(PRIVILEGE, self.row(found, PRIVILEGE, "PRIVILEGE-0"))
