from django.apps import AppConfig

DELIVER_SECONDS = 2
FORGET_SECONDS = 3600


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self):
        from notifications.services import Courier, forget_old_mails
        from operations.periodic import every

        every(DELIVER_SECONDS, Courier().set_out)
        every(FORGET_SECONDS, forget_old_mails)
