"""What an application does to act for a user by OAuth 1.0a, with published client libraries."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
from requests_oauthlib import OAuth1, OAuth1Session

from tests.world import PASSWORD


@dataclass
class Dance:
    """``server`` is where a server listens, ``user`` whose application it is."""

    server: str
    user: Any
    callback: str = "oob"
    application: dict[str, Any] = field(default_factory=dict)

    @property
    def api(self) -> str:
        return f"{self.server}/api"

    @property
    def password(self) -> tuple[str, str]:
        return (self.user.nick, PASSWORD)

    @property
    def applications(self) -> str:
        return f"{self.api}/admin/enterprises/{self.user.enterprise_id}/users/{self.user.pk}/applications"

    @property
    def key(self) -> tuple[str, str]:
        """Key and secret of the application, which is made when first asked for."""
        if not self.application:
            made = requests.post(self.applications, json={"name": "Reporter"}, auth=self.password)
            assert made.status_code == 201, made.text
            self.application = made.json()
        return self.application["apiKey"], self.application["apiSecret"]

    def ask(self) -> dict[str, str]:
        """A request token."""
        session = OAuth1Session(*self.key, callback_uri=self.callback)
        return session.fetch_request_token(f"{self.api}/oauth/request_token")

    def allow(self, asked: dict[str, str], auth: Any = None) -> requests.Response:
        """The user's consent, given by a client that knows their password."""
        return requests.get(
            f"{self.api}/oauth/authorize",
            params={"oauth_token": asked["oauth_token"]},
            auth=auth or self.password,
            allow_redirects=False,
        )

    def exchange(self, asked: dict[str, str], verifier: str) -> requests.Response:
        """The last step, whatever its answer."""
        signature = OAuth1(*self.key, asked["oauth_token"], asked["oauth_token_secret"], verifier=verifier)
        return requests.post(f"{self.api}/oauth/access_token", auth=signature)

    def access(self) -> dict[str, str]:
        """The whole dance: an access token."""
        asked = self.ask()
        done = self.exchange(asked, verifier_in(self.allow(asked)))
        assert done.status_code == 200, done.text
        return dict(parse_qsl(done.text))

    def signature(self) -> OAuth1:
        """What signs the calls of an application that was allowed to."""
        access = self.access()
        return OAuth1(*self.key, access["oauth_token"], access["oauth_token_secret"])


def verifier_in(answer: requests.Response) -> str:
    """The verifier a user's browser would take to the application."""
    assert answer.status_code == 302, answer.text
    return parse_qs(urlsplit(answer.headers["Location"]).query)["oauth_verifier"][0]
