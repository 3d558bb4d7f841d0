"""The style sheet and the logo of a theme. Both are named by their content and kept by browsers for good."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from branding.css import Colours, style_sheet
from branding.models import Theme
from branding.services import logo_of, look_for_domain, look_of

KEPT_FOR_GOOD = "max-age=31536000, immutable"


@require_safe
def css(request: HttpRequest, address: str) -> HttpResponse:
    """Colours and nothing else, all of them in the address: there is nothing to keep from anybody."""
    colours = Colours.at(address)
    if colours is None:
        raise Http404("These are no colours.")
    headers = {"Cache-Control": f"public, {KEPT_FOR_GOOD}", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(style_sheet(colours), content_type="text/css; charset=utf-8", headers=headers)


@require_safe
def logo(request: HttpRequest, theme_id: int, digest: str) -> HttpResponse:
    """The logo of the theme one sees, of the sign-in page here, or of a theme one manages; else none."""
    png = logo_of(theme_id, digest) if _may_see(request, theme_id) else None
    if png is None:
        raise Http404("There is no such logo.")
    headers = {
        "Cache-Control": f"private, {KEPT_FOR_GOOD}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(png, content_type="image/png", headers=headers)


def _may_see(request: HttpRequest, theme_id: int) -> bool:
    if look_for_domain(request.get_host()).theme_id == theme_id:
        return True
    user = request.user
    if not user.is_authenticated:
        return False
    own = look_of(user.enterprise_id).theme_id == theme_id
    return own or Theme.objects.visible_to(user).filter(pk=theme_id).exists()
