from django.apps import AppConfig

DELIVER_SECONDS = 2
FORGET_SECONDS = 3600


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self):
        from core.resealing import sealed_in
        from notifications.rendering import BODY_PURPOSE
        from notifications.services import Courier, forget_old_mails
        from notifications.services.servers import PASSWORD_PURPOSE
        from operations.periodic import every

        sealed_in("notifications.MailServer", "sealed_password", purpose=PASSWORD_PURPOSE)
        sealed_in("notifications.MailMessage", "sealed_body", purpose=BODY_PURPOSE)
        every(DELIVER_SECONDS, Courier().set_out)
        every(FORGET_SECONDS, forget_old_mails)
