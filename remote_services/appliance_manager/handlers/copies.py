"""Copies: made, cancelled, discarded. On a simulated host files of holes stand for what has no content."""

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
from remote_services.appliance_manager.copies.holes import are_of_holes, read_as_raw, stand_in
from remote_services.appliance_manager.copies.package import export
from remote_services.appliance_manager.copies.remote_files import fetch_files
from remote_services.appliance_manager.copies.template_files import copy_files
from remote_services.appliance_manager.copies.workshop import Workshop
from remote_services.runtime.registry import Context, handles
from remote_services.runtime.settings import settings


@handles(CaptureDisks)
def capture_disks(command: CaptureDisks, context: Context) -> dict:
    root = settings().required("repository_dir")
    if settings().simulated:
        return stand_in(command, root)
    return capture(command, root, context.progress)


@handles(CopyTemplateFiles)
def copy_template_files(command: CopyTemplateFiles, context: Context) -> dict:
    root = settings().required("repository_dir")
    if settings().simulated and are_of_holes(command, root):
        return stand_in(command, root)
    return copy_files(command, root, context.progress)


@handles(FetchTemplateFiles)
def fetch_template_files(command: FetchTemplateFiles, context: Context) -> dict:
    environment = settings()
    root = environment.required("repository_dir")
    if environment.simulated:
        return stand_in(command, root)
    return fetch_files(command, root, environment.fetch_ca_file, context.progress)


@handles(ExportPackage)
def export_package(command: ExportPackage, context: Context) -> dict:
    root = settings().required("repository_dir")
    if settings().simulated:
        command = read_as_raw(command, root)
    return export(command, root, context.progress)


@handles(CancelCopy)
def cancel_copy(command: CancelCopy, context: Context) -> None:
    _workshop(command).cancel()


@handles(DiscardCopy)
def discard_copy(command: DiscardCopy, context: Context) -> None:
    _workshop(command).discard()


def _workshop(command: CopyCommand) -> Workshop:
    root = settings().required("repository_dir").resolve()
    return Workshop(root, command.enterprise_id, command.copy_id)
