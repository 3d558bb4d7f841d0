from django.apps import AppConfig

WATCH_AGAIN_SECONDS = 60


class InfrastructureConfig(AppConfig):
    name = "infrastructure"

    def ready(self):
        from infrastructure.services import watch_all_hosts
        from operations.periodic import every

        every(WATCH_AGAIN_SECONDS, watch_all_hosts)
