from django.apps import AppConfig

EXPIRY_SECONDS = 600


class CatalogueConfig(AppConfig):
    name = "catalogue"

    def ready(self) -> None:
        from catalogue import arrivals, sagas  # noqa: F401  registers them
        from catalogue.services.definition_lists import read_for
        from catalogue.services.packages import remove_expired_packages
        from catalogue.services.upload_ends import settle_brought
        from catalogue.services.usage import COUNTED, repositories_held
        from contracts.server import ReadDefinitionList
        from operations.errands import carried_out_by
        from operations.periodic import every
        from tenants import usage

        usage.register(COUNTED, repositories_held)
        every(EXPIRY_SECONDS, remove_expired_packages)
        arrivals.register(settle_brought)
        carried_out_by(ReadDefinitionList, read_for)
