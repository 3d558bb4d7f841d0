"""What an enterprise signs in with at public cloud providers. Keys come in and never go out."""

from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from core.errors import Invalid
from infrastructure import services
from infrastructure.api.bodies import named_in
from infrastructure.api.provider_resources import CLOUD_CREDENTIALS
from infrastructure.api.views.limits import LimitView
from infrastructure.models import CloudCredentials
from infrastructure.querysets import CREDENTIALS


class CredentialsView(LimitView):
    """A view of, or below, the credentials of one enterprise."""

    def all_of(self, enterprise: int):
        """Raises NotFound for the enterprise."""
        self.enterprise(enterprise)
        return CloudCredentials.objects.visible_to(self.actor).filter(enterprise_id=enterprise)

    def found(self, enterprise: int, pk: int) -> CloudCredentials:
        """Raises NotFound."""
        return self.one(self.all_of(enterprise).filter(pk=pk), "PUBLIC-1")

    def row_of(self, enterprise: int, pk: int) -> Row:
        """Raises NotFound."""
        return self.row(self.all_of(enterprise).filter(pk=pk), CLOUD_CREDENTIALS, "PUBLIC-1")


class EnterpriseCredentials(CredentialsView):
    @speaks(
        "What the enterprise signs in with at public clouds, without the keys",
        answers=(CLOUD_CREDENTIALS,),
        many=True,
        privilege=CREDENTIALS,
    )
    def get(self, request, enterprise):
        rows = self.all_of(enterprise).values(*CLOUD_CREDENTIALS.columns)
        return self.whole(rows, CLOUD_CREDENTIALS)

    @speaks(
        "Keep credentials for the provider of the link 'hypervisortype', one set for each",
        answers=(CLOUD_CREDENTIALS,),
        accepts=(CLOUD_CREDENTIALS,),
        status=201,
        privilege=CREDENTIALS,
    )
    def post(self, request, enterprise):
        found, document = self.enterprise(enterprise), self.document()
        provider = provider_in(document)
        if not provider:
            raise Invalid("A link 'hypervisortype' is needed: it says for which provider.", code="PUBLIC-16")
        values = {"access": "", "key": ""} | CLOUD_CREDENTIALS.read(document)
        made = services.add_credentials(actor=self.actor, enterprise=found, provider=provider, **values)
        return self.created(CLOUD_CREDENTIALS, self.row_of(enterprise, made.pk))


class OneSetOfCredentials(CredentialsView):
    @speaks("One set of credentials, without the key", answers=(CLOUD_CREDENTIALS,), privilege=CREDENTIALS)
    def get(self, request, enterprise, credentials):
        return self.answer(CLOUD_CREDENTIALS, self.row_of(enterprise, credentials))

    @speaks(
        "Replace access and key; another access needs its own key",
        answers=(CLOUD_CREDENTIALS,),
        accepts=(CLOUD_CREDENTIALS,),
        privilege=CREDENTIALS,
    )
    def put(self, request, enterprise, credentials):
        found, document = self.found(enterprise, credentials), self.document()
        values = CLOUD_CREDENTIALS.read(document)
        services.change_credentials(
            actor=self.actor, credentials=found, provider=provider_in(document), **values
        )
        return self.answer(CLOUD_CREDENTIALS, self.row_of(enterprise, credentials))

    @speaks("Forget credentials that nothing works with", status=204, privilege=CREDENTIALS)
    def delete(self, request, enterprise, credentials):
        found = self.found(enterprise, credentials)
        services.remove_credentials(actor=self.actor, credentials=found)
        return self.nothing()


def provider_in(document: Document) -> str:
    """The provider a body links to, empty without such a link."""
    return named_in(document, "hypervisortype", "config/hypervisortypes")
