"""What a sign-in provider of each kind must be told; the shape of ``SignInProvider.parameters``.

Traffic is encrypted and peers are verified unless somebody says otherwise by name. Plain HTTP and
LDAP are taken on this machine itself only.
"""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import Invalid

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def on_this_machine(url: str) -> bool:
    """Whether the address leads to the machine this runs on."""
    return urlsplit(url).hostname in LOOPBACK


def web_address(url: str) -> str:
    """The address if it is encrypted, or on this machine; ValueError else."""
    parts = urlsplit(url)
    if not parts.hostname or (
        parts.scheme != "https" and not (parts.scheme == "http" and on_this_machine(url))
    ):
        raise ValueError("must begin with https:// and name a host")
    return url


WebAddress = Annotated[str, AfterValidator(web_address)]
Certificate = Literal[""] | Annotated[str, Field(min_length=100, max_length=20_000)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Parameters(BaseModel):
    """Unknown names are refused, so that a typing error is no silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LdapParameters(Parameters):
    """``user_filter`` and ``group_filter`` take ``%(nick)s`` and ``%(dn)s``, which are escaped.

    Without ``bind_dn`` the directory is searched anonymously. The provider's secret is the bind password.
    Groups are not looked up without ``group_base_dn``; ``subject`` is the attribute that never changes.
    """

    url: Annotated[str, Field(pattern=r"^ldaps?://[^/?#\s]+$")]
    start_tls: bool = False
    verify_certificate: bool = True
    certificate_authority: str = ""
    bind_dn: str = ""
    base_dn: Text
    user_filter: Annotated[str, Field(pattern=r"%\(nick\)s")] = "(uid=%(nick)s)"
    group_base_dn: str = ""
    group_filter: Annotated[str, Field(pattern=r"%\((nick|dn)\)s")] = "(member=%(dn)s)"
    group_name: Text = "cn"
    subject: Text = "entryUUID"
    timeout_seconds: Annotated[int, Field(ge=1, le=30)] = 5

    @model_validator(mode="after")
    def fillable(self) -> "LdapParameters":
        """Filters hold no other places to fill than those they are given."""
        try:
            self.user_filter % {"nick": "n"}
            self.group_filter % {"nick": "n", "dn": "d"}
        except (KeyError, TypeError, ValueError):
            raise ValueError(
                "the filters may hold %(nick)s, that of groups %(dn)s too, and %% for %"
            ) from None
        return self

    @model_validator(mode="after")
    def encrypted(self) -> "LdapParameters":
        """Passwords don't travel in the clear."""
        if self.url.startswith("ldap://") and not self.start_tls and not on_this_machine(self.url):
            raise ValueError("use ldaps:// or start_tls: passwords would travel unencrypted")
        return self


class OidcParameters(Parameters):
    """``api_audience`` is whom access tokens for the REST API must be made for; empty: ``client_id``.

    ``acr_values`` are asked for, and the answer must name one. With ``max_age_seconds`` a sign-in at the
    provider may be that old. ``sign_out_there``: who signs out here is signed out at the provider as well.
    ``confirm_by_mail``: its people may confirm who they are by a mailed code, since it does not say when it
    asked them.
    """

    issuer: WebAddress
    client_id: Text
    scopes: list[Text] = ["openid", "profile", "email"]
    api_audience: str = ""
    userinfo: bool = True
    acr_values: list[Annotated[str, Field(pattern=r"^\S{1,200}$")]] = []
    max_age_seconds: Annotated[int, Field(ge=0, le=31_536_000)] | None = None
    sign_out_there: bool = True
    confirm_by_mail: bool = False

    @model_validator(mode="after")
    def asks_for_identity(self) -> "OidcParameters":
        """Without ``openid`` there is no ID token."""
        if "openid" not in self.scopes:
            raise ValueError("scopes must hold openid")
        return self


class SamlParameters(Parameters):
    """``certificate`` signs the provider's assertions (PEM or bare base64), ``next_certificate`` will or did.

    With ``metadata_url`` the address for sign-ins and all certificates are read there instead.
    ``metadata_certificate`` must have signed that description. ``slo_url``: where it signs people out.
    ``sign_requests``: what we send is signed, our metadata too; single logout takes that.
    ``own_entity_id`` names this installation to the provider; empty: the address of its metadata.
    ``confirm_by_mail`` as with OpenID Connect, for one that ignores ``ForceAuthn``.
    """

    entity_id: Text
    metadata_url: WebAddress | Literal[""] = ""
    metadata_certificate: Certificate = ""
    sso_url: WebAddress | Literal[""] = ""
    slo_url: WebAddress | Literal[""] = ""
    certificate: Certificate = ""
    next_certificate: Certificate = ""
    own_entity_id: str = ""
    response_signed: bool = False
    sign_requests: bool = False
    sign_out_there: bool = True
    confirm_by_mail: bool = False

    @model_validator(mode="after")
    def described(self) -> "SamlParameters":
        """One way or the other we know where to send people and by what their assertions are signed."""
        typed = (self.sso_url, self.slo_url, self.certificate, self.next_certificate)
        if self.metadata_url and any(typed):
            raise ValueError("give either metadata_url, or sso_url, slo_url and certificates")
        if not self.metadata_url and not (self.sso_url and self.certificate):
            raise ValueError("metadata_url, or sso_url and certificate, must be given")
        return self


SHAPES: dict[str, type[Parameters]] = {
    "LDAP": LdapParameters,
    "OPENID": OidcParameters,
    "SAML": SamlParameters,
}


def parameters_of(kind: str, values: Any) -> Parameters:
    """The checked parameters of a provider of that kind. Raises Invalid, naming every field that is wrong."""
    try:
        return SHAPES[kind].model_validate(values)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or kind}: {each['msg']}" for each in error.errors()
        )
        raise Invalid(
            _("The parameters of the sign-in provider can't be used: %(wrong)s.") % {"wrong": wrong},
            remedy=_("Correct the named fields; the guide to sign-in lists all of them."),
        ) from None
