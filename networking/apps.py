from django.apps import AppConfig


class NetworkingConfig(AppConfig):
    name = "networking"

    def ready(self) -> None:
        from networking.services.usage import COUNTED, networks_held
        from tenants import usage

        usage.register(COUNTED, networks_held)
