"""Which service takes what an appliance manager tells unasked."""

from pydantic import BaseModel

from catalogue.services.repository_state import record_repository
from catalogue.services.upload_ends import fail_upload, record_upload_progress, settle_upload
from contracts.uploads import RepositoryObserved, UploadFailed, UploadFinished, UploadProgressed


def observe(observation: BaseModel) -> None:
    """Apply one observation; what is of others is left alone."""
    match observation:
        case UploadProgressed():
            record_upload_progress(observation)
        case UploadFinished():
            settle_upload(observation)
        case UploadFailed():
            fail_upload(observation)
        case RepositoryObserved():
            record_repository(observation)
