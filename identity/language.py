"""The language of a page: before somebody is signed in the browser's, as far as those pages have words in it.
All other pages and the API have them in the installation's language only, and are not half in another."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

TRANSLATED = ("/accounts/login/", "/accounts/2fa/authenticate/", "/account/recover/", "/account/code/")


class LanguageMiddleware(LocaleMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(TRANSLATED):
            super().process_request(request)
            return
        translation.activate(settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = settings.LANGUAGE_CODE
