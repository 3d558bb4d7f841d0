"""How far definitions have been downloaded to a location."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalogue.models import Upload, UploadState


@dataclass(frozen=True)
class DownloadState:
    """``status`` is the dialect's word. ``upload`` is the newest download that says so."""

    status: str
    percent: int = 0
    why: str = ""
    upload: Upload | None = None


NOT_DOWNLOADED = DownloadState("NOT_DOWNLOAD")


def states_of(actor: Any, definition_ids: Iterable[int], datacenter_id: int) -> dict[int, DownloadState]:
    """By definition, its state there; those that were never downloaded are missing."""
    uploads = Upload.objects.visible_to(actor).filter(
        definition_id__in=list(definition_ids), repository__datacenter_id=datacenter_id
    )
    return {each.definition_id: state_of(each) for each in uploads.select_related("template").order_by("id")}


def state_of(upload: Upload) -> DownloadState:
    """What one download amounts to; a template that was deleted since was never there."""
    if upload.is_under_way:
        return DownloadState("DOWNLOADING", upload.percent, upload=upload)
    if upload.template_id is not None:
        return DownloadState("DOWNLOAD", 100, upload=upload)
    if upload.state == UploadState.FAILED:
        return DownloadState("ERROR", why=upload.detail, upload=upload)
    return NOT_DOWNLOADED
