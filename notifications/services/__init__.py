"""The only writers of mail servers and of the outbox of mails."""

from notifications.services.writing import send_mail

__all__ = ["send_mail"]
