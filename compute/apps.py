from django.apps import AppConfig

RESUME_SECONDS = 10


class ComputeConfig(AppConfig):
    name = "compute"

    def ready(self):
        from compute import sagas  # noqa: F401  registers them
        from compute.addresses import APPLIANCE_PATH, MACHINE_PATH
        from compute.sagas.guest_drive import PASSWORD_PURPOSE, USER_DATA_PURPOSE
        from compute.services import resume_streams
        from compute.template_uses import register_uses
        from core.resealing import sealed_in
        from operations.addresses import shown_at
        from operations.periodic import every

        sealed_in("compute.Guest", "sealed_user_data", purpose=USER_DATA_PURPOSE)
        sealed_in("compute.Guest", "sealed_password", purpose=PASSWORD_PURPOSE)
        every(RESUME_SECONDS, resume_streams)
        shown_at("virtual_machine", MACHINE_PATH)
        shown_at("virtual_appliance", APPLIANCE_PATH)
        register_uses()
