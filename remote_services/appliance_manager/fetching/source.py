"""Addresses of files, as users give them and as servers redirect to."""

from dataclasses import dataclass
from email.message import Message
from posixpath import basename
from urllib.parse import quote, unquote

import httpcore
import httpx

from remote_services.appliance_manager.fetching.refusals import SourceForbidden

LONGEST = 2000
_SCHEMES = ("http", "https")
_LONGEST_NAME = 200
_LARGEST_PORT = 65535


@dataclass(frozen=True)
class Source:
    """One http or https address. What follows its ``?`` may be a secret and is neither logged nor told."""

    url: httpx.URL

    @classmethod
    def of(cls, text: str) -> "Source":
        """Raises SourceForbidden for what is no such address."""
        try:
            url = httpx.URL(text.strip())
        except (httpx.InvalidURL, UnicodeError) as error:
            raise SourceForbidden(f"This is no address: {error}.") from None
        return cls(url)._checked()

    def redirected(self, location: str, *, may_downgrade: bool) -> "Source":
        """Where a redirect leads. ``may_downgrade``: from https to http as well. Raises SourceForbidden."""
        try:
            found = Source(self.url.join(location))._checked()
        except (httpx.InvalidURL, UnicodeError) as error:
            raise SourceForbidden(f"{self.host} redirects to what is no address: {error}.") from None
        if self.url.scheme == "https" and found.url.scheme == "http" and not may_downgrade:
            raise SourceForbidden(
                f"{self.host} redirects from https to http, where anybody could change the file. "
                "Give its checksum, and it is followed."
            )
        return found

    def beside(self, name: str) -> "Source":
        """A file in the same folder; ``name`` is plain."""
        folder = self.url.raw_path.partition(b"?")[0].rpartition(b"/")[0]
        return Source(self.url.copy_with(raw_path=folder + b"/" + quote(name).encode(), fragment=None))

    @property
    def host(self) -> str:
        return self.url.host

    @property
    def shown(self) -> str:
        """The address for people and logs."""
        port = f":{self.url.port}" if self.url.port else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.url.scheme}://{host}{port}{self.url.path}"[:LONGEST]

    @property
    def file_name(self) -> str:
        return basename(unquote(self.url.path))[-_LONGEST_NAME:]

    @property
    def target(self) -> httpcore.URL:
        return httpcore.URL(
            scheme=self.url.raw_scheme,
            host=self.url.raw_host,
            port=self.url.port,
            target=self.url.raw_path,
        )

    def _checked(self) -> "Source":
        if self.url.scheme not in _SCHEMES or not self.url.host:
            raise SourceForbidden("An address to fetch from begins with http:// or https://.")
        if self.url.port is not None and not 0 < self.url.port <= _LARGEST_PORT:
            raise SourceForbidden(f"There is no port {self.url.port}.")
        if self.url.userinfo:
            raise SourceForbidden(
                "The address holds a user or a password; use one that needs none, such as a signed one."
            )
        if len(str(self.url)) > LONGEST:
            raise SourceForbidden(f"The address has more than {LONGEST} characters.")
        return self


def announced_name(disposition: str) -> str:
    """The file's name in a Content-Disposition header, empty when there is none."""
    message = Message()
    message["Content-Disposition"] = disposition
    try:
        found = message.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return ""
    return basename(found.replace("\\", "/"))[-_LONGEST_NAME:]
