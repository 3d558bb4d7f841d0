"""A private OpenLDAP directory with a few people and groups, plain and over TLS."""

import contextlib
import socket
import subprocess
from pathlib import Path

import ldap

from tests.peers.certificates import issue
from tests.peers.server import Server, free_port, program

BASE = "dc=example,dc=com"
READER = f"cn=reader,{BASE}"
READER_PASSWORD = "only reads 1"
PASSWORD = "opened by the directory"
PEOPLE = {
    "lena": {"o": "Acme", "mail": "lena@acme.example", "givenName": "Lena", "sn": "Luchs"},
    "leo": {"o": "Acme", "mail": "leo@acme.example", "givenName": "Leo", "sn": "Lang"},
    "lost": {"o": "Nowhere", "mail": "lost@acme.example", "givenName": "Lo", "sn": "Loewe"},
}
GROUPS = {"administrators": ("lena",), "everybody": ("lena", "leo", "lost")}

CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
allow bind_anon_dn
pidfile {directory}/slapd.pid
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
database mdb
maxsize 10485760
suffix "{base}"
rootdn "cn=root,{base}"
directory {directory}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by anonymous auth by * none
"""


class DirectoryServer(Server):
    """``allow bind_anon_dn``: like careless directories it takes a bind without a password as a success."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.port, self.secure_port = free_port(), free_port()
        # libldap compares the certificate with this machine's name when it is told localhost.
        names = dict.fromkeys(("localhost", socket.gethostname(), socket.getfqdn()))
        self.certificate = issue(directory / "tls", *names)
        (directory / "data").mkdir(exist_ok=True)
        self._configuration = directory / "slapd.conf"
        self._configuration.write_text(
            CONFIGURATION.format(
                directory=directory,
                certificate=self.certificate.certificate,
                key=self.certificate.key,
                base=BASE,
                reader=READER,
            )
        )

    @property
    def url(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def description(self) -> dict[str, str]:
        """What a test has to know; ``named_url`` has the host name of the certificate."""
        return {
            "url": self.url,
            "named_url": f"ldap://localhost:{self.port}",
            "secure_url": f"ldaps://localhost:{self.secure_port}",
            "secure_url_by_address": f"ldaps://127.0.0.1:{self.secure_port}",
            "authority": str(self.certificate.authority),
        }

    def start(self) -> None:
        """Fill it and start it."""
        entries = self.directory / "entries.ldif"
        entries.write_text(_entries())
        subprocess.run(
            [program("slapadd"), "-f", str(self._configuration), "-l", str(entries)],
            check=True,
            capture_output=True,
        )
        super().start()

    def _command(self) -> list[str]:
        listening = f"{self.url} ldaps://127.0.0.1:{self.secure_port}"
        return [program("slapd"), "-d", "0", "-f", str(self._configuration), "-h", listening]

    def _answers(self) -> bool:
        with contextlib.suppress(ldap.LDAPError):
            ldap.initialize(self.url).simple_bind_s(READER, READER_PASSWORD)
            return True
        return False


def _entries() -> str:
    units = [
        f"dn: ou={name},{BASE}\nobjectClass: organizationalUnit\nou: {name}" for name in ("people", "groups")
    ]
    people = [
        f"dn: uid={uid},ou=people,{BASE}\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\n"
        f"userPassword: {PASSWORD}\n" + "\n".join(f"{name}: {value}" for name, value in attributes.items())
        for uid, attributes in PEOPLE.items()
    ]
    groups = [
        f"dn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: {name}\n"
        + "\n".join(f"member: uid={uid},ou=people,{BASE}" for uid in members)
        for name, members in GROUPS.items()
    ]
    top = f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example"
    reader = (
        f"dn: {READER}\nobjectClass: simpleSecurityObject\nobjectClass: organizationalRole\n"
        f"cn: reader\nuserPassword: {READER_PASSWORD}"
    )
    return "\n\n".join([top, reader, *units, *people, *groups]) + "\n"
