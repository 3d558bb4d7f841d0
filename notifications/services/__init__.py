"""The only writers of mail servers and of the outbox of mails."""

from notifications.services.courier import Courier
from notifications.services.delivery import deliver_due
from notifications.services.outbox import forget_old_mails, retry_mail
from notifications.services.servers import server_for
from notifications.services.settings import Trial, remove_mail_server, set_mail_server, try_mail_server
from notifications.services.writing import send_mail

__all__ = [
    "Courier",
    "Trial",
    "deliver_due",
    "forget_old_mails",
    "remove_mail_server",
    "retry_mail",
    "send_mail",
    "server_for",
    "set_mail_server",
    "try_mail_server",
]
