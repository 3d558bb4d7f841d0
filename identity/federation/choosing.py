"""Which providers the sign-in page offers, and which one serves a mail domain."""

from identity.federation.models import SignInProvider, domain_of


def provider_of_domain(email: str) -> SignInProvider | None:
    """The provider that is switched on for the domain of this address, if one names it."""
    domain = domain_of(email)
    found = SignInProvider.objects.switched_on()
    return next((row for row in found if domain and domain in row.mail_domains), None)


def offered() -> tuple[list[SignInProvider], bool]:
    """Providers for everybody, to show as buttons; and whether there are others, found by mail address.

    Those of single domains are not listed: who our customers are is nobody's business.
    """
    web = list(SignInProvider.objects.switched_on(SignInProvider.Kind.OPENID, SignInProvider.Kind.SAML))
    return [row for row in web if not row.mail_domains], any(row.mail_domains for row in web)
