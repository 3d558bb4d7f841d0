"""Failures the server should hear of, each with a code it turns into a sentence."""

from contracts.vocabulary import ErrorCode


class RemoteError(Exception):
    """``retryable`` is this side's opinion: trying the same again later may succeed."""

    code: ErrorCode = ErrorCode.INTERNAL_ERROR
    retryable: bool = False


class Unreachable(RemoteError):
    code = ErrorCode.UNREACHABLE
    retryable = True


class HypervisorRefused(RemoteError):
    code = ErrorCode.HYPERVISOR_REFUSED


class MachineNotFound(RemoteError):
    code = ErrorCode.MACHINE_NOT_FOUND


class DriveLocked(RemoteError):
    code = ErrorCode.DRIVE_LOCKED


class NoFreeDrive(RemoteError):
    code = ErrorCode.NO_FREE_DRIVE


class OwnershipMismatch(RemoteError):
    code = ErrorCode.OWNERSHIP_MISMATCH


class TemplateMissing(RemoteError):
    code = ErrorCode.TEMPLATE_MISSING


class DatastoreFull(RemoteError):
    code = ErrorCode.DATASTORE_FULL


class DatastoreMissing(RemoteError):
    code = ErrorCode.DATASTORE_MISSING


class CannotUnseal(RemoteError):
    code = ErrorCode.CANNOT_UNSEAL


class NetworkFailed(RemoteError):
    code = ErrorCode.NETWORK_FAILED
    retryable = True


class TimedOut(RemoteError):
    code = ErrorCode.TIMED_OUT


class Cancelled(RemoteError):
    """The caller asked for the end."""

    code = ErrorCode.CANCELLED
