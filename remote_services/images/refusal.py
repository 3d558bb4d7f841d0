"""Why an image or a package is not taken, with a code for programs and words with numbers for people."""

from enum import StrEnum

from remote_services.runtime.errors import RemoteError


class RefusalCode(StrEnum):
    """Stable: the server, clients and docs/images.md rely on them."""

    NOT_A_FILE = "not_a_file"
    FORMAT_MISMATCH = "format_mismatch"
    UNKNOWN_FORMAT = "unknown_format"
    BACKING_FILE = "backing_file"
    EXTERNAL_DATA = "external_data"
    FOREIGN_EXTENT = "foreign_extent"
    TOO_LARGE = "too_large"
    DAMAGED_HEADER = "damaged_header"
    UNSUPPORTED_FEATURE = "unsupported_feature"
    NOT_CLOSED = "not_closed"
    ENCRYPTED = "encrypted"
    COMPRESSION_BOMB = "compression_bomb"
    TAR_MEMBER = "tar_member"
    TAR_BOMB = "tar_bomb"
    TAR_DAMAGED = "tar_damaged"
    CHECKSUM = "checksum"
    OVF_MISSING = "ovf_missing"
    OVF_EXTERNAL_REFERENCE = "ovf_external_reference"
    OVF_DAMAGED = "ovf_damaged"
    OVF_UNSUPPORTED = "ovf_unsupported"


class ImageRefused(RemoteError):
    """``detail`` says what was found and what is allowed."""

    def __init__(self, code: RefusalCode, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
