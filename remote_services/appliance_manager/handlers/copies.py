"""Copies: made, cancelled, discarded. On a simulated host nothing is read or written."""

from contracts.copies import (
    CancelCopy,
    CaptureDisks,
    CopyCommand,
    CopyTemplateFiles,
    DiscardCopy,
    ExportPackage,
    FetchTemplateFiles,
)
from remote_services.appliance_manager.copies.capture import capture
from remote_services.appliance_manager.copies.package import export
from remote_services.appliance_manager.copies.remote_files import fetch_files
from remote_services.appliance_manager.copies.template_files import copy_files
from remote_services.appliance_manager.copies.workshop import Workshop
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.settings import settings


@handles(CaptureDisks)
def capture_disks(command: CaptureDisks, context: Context) -> dict:
    if settings().simulated:
        return {}
    return capture(command, settings().required("repository_dir"), context.progress)


@handles(CopyTemplateFiles)
def copy_template_files(command: CopyTemplateFiles, context: Context) -> dict:
    if settings().simulated:
        return {}
    return copy_files(command, settings().required("repository_dir"), context.progress)


@handles(FetchTemplateFiles)
def fetch_template_files(command: FetchTemplateFiles, context: Context) -> dict:
    environment = settings()
    if environment.simulated:
        return {}
    root = environment.required("repository_dir")
    return fetch_files(command, root, environment.fetch_ca_file, context.progress)


@handles(ExportPackage)
def export_package(command: ExportPackage, context: Context) -> dict:
    if settings().simulated:
        return {}
    return export(command, settings().required("repository_dir"), context.progress)


@handles(CancelCopy)
def cancel_copy(command: CancelCopy, context: Context) -> None:
    if not settings().simulated:
        _workshop(command).cancel()


@handles(DiscardCopy)
def discard_copy(command: DiscardCopy, context: Context) -> None:
    if not settings().simulated:
        _workshop(command).discard()


def _workshop(command: CopyCommand) -> Workshop:
    root = settings().required("repository_dir").resolve()
    return Workshop(root, command.enterprise_id, command.copy_id)
