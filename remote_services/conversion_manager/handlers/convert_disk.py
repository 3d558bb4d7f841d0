"""ConvertDisk; on a simulated host nothing is written."""

from contracts.conversion import ConvertDisk
from remote_services.conversion_manager import conversion, turns
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.settings import settings


@handles(ConvertDisk)
def convert_disk(command: ConvertDisk, context: Context) -> dict:
    if settings().simulated:
        return {}

    def cancelled() -> bool:
        return turns.is_cancelled(command.conversion_id)

    with turns.turn(command.conversion_id):
        facts = conversion.convert(
            command, settings().required("repository_dir"), context.progress, cancelled
        )
    return {"file_size_bytes": facts.file_size_bytes, "virtual_size_bytes": facts.virtual_size_bytes}
