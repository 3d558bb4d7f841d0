from django.apps import AppConfig

WATCH_AGAIN_SECONDS = 60
END_LEASES_SECONDS = 60


class InfrastructureConfig(AppConfig):
    name = "infrastructure"

    def ready(self):
        from core.resealing import sealed_in
        from infrastructure.services import claimed, end_due_leases, watch_all_hosts
        from infrastructure.services.claims import CLAIMED
        from infrastructure.services.cloud_credentials import PURPOSE
        from operations.periodic import every
        from tenants import usage

        sealed_in("infrastructure.CloudCredentials", "sealed_key", purpose=PURPOSE)
        every(WATCH_AGAIN_SECONDS, watch_all_hosts)
        every(END_LEASES_SECONDS, end_due_leases)
        usage.register(CLAIMED, claimed)
