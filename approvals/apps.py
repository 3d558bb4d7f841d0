from django.apps import AppConfig

EXPIRE_EVERY_SECONDS = 30
DELIVER_EVERY_SECONDS = 5


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self) -> None:
        from approvals.services import expire_overdue
        from approvals.services.ending import withdrawn
        from approvals.services.outside import deliver_in_background
        from operations import withdrawal
        from operations.periodic import every

        withdrawal.listen(withdrawn)
        every(EXPIRE_EVERY_SECONDS, expire_overdue)
        every(DELIVER_EVERY_SECONDS, deliver_in_background)
