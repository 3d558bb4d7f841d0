from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "catalogue"

    def ready(self) -> None:
        from catalogue import sagas  # noqa: F401  registers them
        from catalogue.services.usage import COUNTED, repositories_held
        from tenants import usage

        usage.register(COUNTED, repositories_held)
