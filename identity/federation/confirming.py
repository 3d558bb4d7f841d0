"""Showing again who one is: at the provider one signs in with, or by a code that is mailed."""

from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from identity.federation.models import ExternalIdentity, SignInProvider, digest_of
from identity.federation.parameters import parameters_of
from identity.federation.refusing import SomebodyElse, refused_page
from identity.services.second_factor import MAIL, methods_of
from tenants.models import User


def provider_of(user: User) -> SignInProvider | None:
    """The provider that vouches for this user and is switched on; None when none is."""
    known = ExternalIdentity.objects.filter(user_id=user.pk).values("provider_id")
    return SignInProvider.objects.switched_on(user.auth_type).filter(pk__in=known).first()


def confirm(request: HttpRequest, provider: SignInProvider, subject: str, next_url: str) -> HttpResponse:
    """Note that the provider vouched anew for the very user who is signed in, and go on; else say so."""
    user = request.user
    same = ExternalIdentity.objects.filter(
        provider=provider, subject_digest=digest_of(subject), user_id=user.pk, user__auth_type=provider.kind
    )
    if not user.is_authenticated or not same.exists():
        return refused_page(request, SomebodyElse(provider.name))
    record_authentication(
        request, user, "socialaccount", provider=provider.slug, uid=subject, reauthenticated=True
    )
    return going_on(next_url)


def confirms_by_mail(user: User) -> bool:
    """Whether a mailed code shows who the user is: it is their second factor, or they have none here and
    their provider's row says so. Whoever has something stronger is asked for that."""
    methods = methods_of(user)
    provider = None if methods or not user.email else provider_of(user)
    if provider is None:
        return methods == {MAIL} and bool(user.email)
    return getattr(parameters_of(provider.kind, provider.parameters), "confirm_by_mail", False)


def confirm_by_mail(request: HttpRequest, next_url: str) -> HttpResponse:
    """Note that the user showed the code that was mailed to them, and go on."""
    record_authentication(request, request.user, "mail_code", reauthenticated=True)
    return going_on(next_url)


def going_on(next_url: str) -> HttpResponse:
    """To the page that takes up again what had to be confirmed."""
    address = reverse("sign_in_confirmed")
    return HttpResponseRedirect(f"{address}?{urlencode({'next': next_url})}" if next_url else address)
