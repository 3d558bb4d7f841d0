"""The mail as it goes over the wire: text and HTML side by side, the logo within."""

from base64 import b64decode
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from notifications.models import MailMessage
from notifications.rendering import Body
from notifications.smtp import Route


def composed(message: MailMessage, body: Body, route: Route) -> bytes:
    """The whole mail. Sent again it is the same to the byte: date and Message-ID are those of its writing."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(route.from_name, addr_spec=ascii_address(route.from_address))
    mail["To"] = Address(addr_spec=ascii_address(message.recipient))
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body.text, cte="quoted-printable")
    mail.add_alternative(body.html, subtype="html", cte="quoted-printable")
    if body.logo:
        html = mail.get_payload()[1]
        html.add_related(b64decode(body.logo), "image", "png", cid="<logo>", disposition="inline")
        html.set_boundary(f"=_{message.uuid.hex}_html")
    mail.set_boundary(f"=_{message.uuid.hex}")
    return mail.as_bytes()


def ascii_address(address: str) -> str:
    """The address with an international domain in the form that every server takes."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"
