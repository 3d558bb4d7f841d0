"""Applications and personal access tokens of a user."""

from django.utils.translation import gettext as _

from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import PermissionRefused
from identity.api.credentials.resources import (
    APPLICATION,
    PERSONAL_TOKEN,
    application_values,
    token_values,
    with_bounds,
)
from identity.models import Application, PersonalToken
from identity.querysets import MANAGE_APPLICATIONS
from identity.services import applications, personal_tokens
from tenants.models import Privilege, User

PRIVILEGE_PATH = "/config/privileges/{privilege}"
NO_APPLICATION, NO_USER = "USER-23", "USER-0"


class OfUser(DialectView):
    """Below a user: the actor, or somebody whose applications the actor manages."""

    def owner(self, enterprise: int, user: int) -> User:
        """Raises NotFound, PermissionRefused when they are somebody else's to see."""
        found = self.one(
            User.objects.visible_to(self.actor).filter(pk=user, enterprise_id=enterprise), NO_USER
        )
        if found.pk != self.actor.pk and MANAGE_APPLICATIONS not in self.actor.privileges:
            raise PermissionRefused(
                _("These belong to %(nick)s. Others need the privilege %(privilege)s to see them.")
                % {"nick": found.nick, "privilege": MANAGE_APPLICATIONS}
            )
        return found

    def own(self, enterprise: int, user: int) -> None:
        """Raises PermissionRefused unless the user is the actor."""
        if self.owner(enterprise, user).pk != self.actor.pk:
            raise PermissionRefused(
                _("Only the user can make these."), remedy=_("Let the user sign in and make it.")
            )

    def applications(self, enterprise: int, user: int):
        return Application.objects.visible_to(self.actor).filter(user_id=self.owner(enterprise, user).pk)

    def shown(self, enterprise: int, user: int, pk: int) -> Row:
        """One application. Raises NotFound."""
        found = self.applications(enterprise, user).filter(pk=pk)
        return with_bounds([self.row(found, APPLICATION, NO_APPLICATION)], self.actor)[0]

    def tokens(self, enterprise: int, user: int):
        return PersonalToken.objects.visible_to(self.actor).filter(user_id=self.owner(enterprise, user).pk)


class Applications(OfUser):
    @speaks("Applications of a user", answers=(APPLICATION,), many=True, paged=True)
    def get(self, request, enterprise, user):
        page = self.read_page(self.applications(enterprise, user), APPLICATION)
        with_bounds(page.rows, self.actor)
        return self.send_page(page, APPLICATION)

    @speaks(
        "Create an application, bounded by links 'privilege' if there are any; the answer has its secret",
        answers=(APPLICATION,),
        accepts=(APPLICATION,),
        status=201,
    )
    def post(self, request, enterprise, user):
        self.own(enterprise, user)
        document = self.document()
        values = application_values(APPLICATION.read(document, creating=True), self.linked(document))
        made, secret = applications.create_application(actor=self.actor, **values)
        return self.created(APPLICATION, self.shown(enterprise, user, made.pk) | {"secret": secret})

    def linked(self, document: Document) -> list[str]:
        """The names of the privileges a body links to. Raises NotFound (PRIVILEGE-0)."""
        wanted = {link["privilege"] for link in document.references("privilege", PRIVILEGE_PATH)}
        found = Privilege.objects.visible_to(self.actor).filter(pk__in=wanted)
        names = list(found.values_list("name", flat=True))
        if len(names) < len(wanted):
            raise self.missing("PRIVILEGE-0")
        return names


class OneApplication(OfUser):
    @speaks("An application", answers=(APPLICATION,))
    def get(self, request, enterprise, user, application):
        return self.answer(APPLICATION, self.shown(enterprise, user, application))

    @speaks("Remove an application and end its access", status=204)
    def delete(self, request, enterprise, user, application):
        found = self.one(self.applications(enterprise, user).filter(pk=application), NO_APPLICATION)
        applications.delete_application(actor=self.actor, application=found)
        return self.nothing()


class PersonalTokens(OfUser):
    @speaks("Personal access tokens of a user", answers=(PERSONAL_TOKEN,), many=True, paged=True)
    def get(self, request, enterprise, user):
        return self.page(self.tokens(enterprise, user), PERSONAL_TOKEN)

    @speaks(
        "Create a token; the answer has its text, never told again",
        answers=(PERSONAL_TOKEN,),
        accepts=(PERSONAL_TOKEN,),
        status=201,
    )
    def post(self, request, enterprise, user):
        self.own(enterprise, user)
        values = token_values(PERSONAL_TOKEN.read(self.document(), creating=True))
        made, secret = personal_tokens.create_personal_token(actor=self.actor, **values)
        row = self.row(self.tokens(enterprise, user).filter(pk=made.pk), PERSONAL_TOKEN, NO_APPLICATION)
        return self.created(PERSONAL_TOKEN, row | {"secret": secret})


class OnePersonalToken(OfUser):
    @speaks("A personal access token", answers=(PERSONAL_TOKEN,))
    def get(self, request, enterprise, user, personaltoken):
        found = self.tokens(enterprise, user).filter(pk=personaltoken)
        return self.answer(PERSONAL_TOKEN, self.row(found, PERSONAL_TOKEN, NO_APPLICATION))

    @speaks("End a token", status=204)
    def delete(self, request, enterprise, user, personaltoken):
        found = self.one(self.tokens(enterprise, user).filter(pk=personaltoken), NO_APPLICATION)
        personal_tokens.revoke_personal_token(actor=self.actor, token=found)
        return self.nothing()
