from django.apps import AppConfig


class ComputeConfig(AppConfig):
    name = "compute"

    def ready(self):
        from compute import sagas  # noqa: F401  registers them
        from compute.template_uses import register_uses

        register_uses()
