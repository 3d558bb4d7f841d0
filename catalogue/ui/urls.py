"""Addresses of the catalogue."""

from django.urls import path

from catalogue.ui import (
    categories,
    conversions,
    copying,
    disks,
    downloads,
    editing,
    fetching,
    found_files,
    icons,
    remote,
    repositories,
    repository,
    uploads,
    versions,
    views,
)
from catalogue.ui.blueprints import editing as blueprint_editing
from catalogue.ui.blueprints import files as blueprint_files
from catalogue.ui.blueprints import views as blueprints

app_name = "catalogue"
BLUEPRINT = "blueprints/<int:blueprint_id>"
VERSION = f"{BLUEPRINT}/versions/<int:version_id>"
urlpatterns = [
    path("upload/", uploads.UploadPage.as_view(), name="upload"),
    path("upload/list/", uploads.UploadList.as_view(), name="upload_list"),
    path("upload/begin/", uploads.BeginUpload.as_view(), name="upload_begin"),
    path("upload/<int:upload_id>/ticket/", uploads.UploadTicketOf.as_view(), name="upload_ticket"),
    path("upload/<int:upload_id>/cancel/", uploads.CancelUpload.as_view(), name="upload_cancel"),
    path("upload/address/", fetching.FetchPage.as_view(), name="fetch"),
    path("upload/<int:upload_id>/retry/", fetching.RetryFetch.as_view(), name="fetch_retry"),
    path("repositories/files/<int:found_id>/", found_files.TakeIn.as_view(), name="take_in"),
    path("remote/", remote.RemoteRepositories.as_view(), name="remote_repositories"),
    path("remote/add/", remote.AddRemoteRepository.as_view(), name="add_remote_repository"),
    path("remote/<int:list_id>/", remote.RemoteRepository.as_view(), name="remote_repository"),
    path(
        "remote/<int:list_id>/remove/",
        remote.RemoveRemoteRepository.as_view(),
        name="remove_remote_repository",
    ),
    path(
        "remote/definitions/<int:definition_id>/",
        remote.DownloadDefinition.as_view(),
        name="download_definition",
    ),
    path("", views.Templates.as_view(), name="templates"),
    path("blueprints/", blueprints.Blueprints.as_view(), name="blueprints"),
    path("blueprints/new/", blueprint_files.Import.as_view(), name="import_blueprint"),
    path("blueprints/check/", blueprint_files.Check.as_view(), name="check_blueprint"),
    path(f"{BLUEPRINT}/", blueprints.BlueprintPage.as_view(), name="blueprint"),
    path(f"{BLUEPRINT}/edit/", blueprint_editing.Edit.as_view(), name="edit_blueprint"),
    path(f"{BLUEPRINT}/new-version/", blueprint_files.Import.as_view(), name="import_version"),
    path(f"{BLUEPRINT}/delete/", blueprint_editing.Delete.as_view(), name="delete_blueprint"),
    path(f"{VERSION}/", blueprints.BlueprintPage.as_view(), name="blueprint_version"),
    path(f"{VERSION}/file/", blueprint_files.Download.as_view(), name="blueprint_file"),
    path(f"{VERSION}/default/", blueprint_editing.MakeDefault.as_view(), name="default_version"),
    path(f"{VERSION}/delete/", blueprint_editing.DeleteVersion.as_view(), name="delete_version"),
    path(f"{BLUEPRINT}/<slug:chapter>/", blueprints.BlueprintPage.as_view(), name="blueprint_tab"),
    path("icons/<uuid:picture>.png", icons.Picture.as_view(), name="icon"),
    path("categories/", categories.Categories.as_view(), name="categories"),
    path("categories/new/", categories.CreateCategory.as_view(), name="create_category"),
    path("categories/<int:category_id>/", categories.EditCategory.as_view(), name="edit_category"),
    path("categories/<int:category_id>/delete/", categories.DeleteCategory.as_view(), name="delete_category"),
    path("repositories/", repositories.Repositories.as_view(), name="repositories"),
    path("repositories/<int:datacenter_id>/", repository.RepositoryPage.as_view(), name="repository"),
    path("<int:template_id>/", views.TemplatePage.as_view(), name="template"),
    path("<int:template_id>/edit/", editing.Edit.as_view(), name="edit_template"),
    path("<int:template_id>/password/", editing.LoginPassword.as_view(), name="login_password"),
    path("<int:template_id>/promote/", copying.Promote.as_view(), name="promote_template"),
    path("<int:template_id>/copy/", copying.Copy.as_view(), name="copy_template"),
    path("<int:template_id>/export/", downloads.Export.as_view(), name="export_template"),
    path("<int:template_id>/package/", downloads.FetchPackage.as_view(), name="fetch_package"),
    path(
        "<int:template_id>/disks/<int:templatedisk>/file/", downloads.FetchDisk.as_view(), name="fetch_disk"
    ),
    path("<int:template_id>/delete/", editing.Delete.as_view(), name="delete_template"),
    path("<int:template_id>/delete-files/", editing.DeleteFiles.as_view(), name="delete_template_files"),
    path("<int:template_id>/disks/new/", disks.AddEmptyDisk.as_view(), name="add_disk"),
    path("<int:template_id>/disks/<int:templatedisk>/edit/", disks.EditDisk.as_view(), name="edit_disk"),
    path(
        "<int:template_id>/disks/<int:templatedisk>/delete/", disks.DeleteDisk.as_view(), name="delete_disk"
    ),
    path(
        "<int:template_id>/conversions/<int:conversion>/delete/",
        conversions.DeleteConverted.as_view(),
        name="delete_conversion",
    ),
    path("<int:template_id>/disks/<int:templatedisk>/forward/", editing.MoveDisk.as_view(), name="move_disk"),
    path(
        "<int:template_id>/disks/<int:templatedisk>/convert/",
        conversions.Convert.as_view(),
        name="convert_disk",
    ),
    path("<int:template_id>/versions/add/", versions.AddVersion.as_view(), name="add_version"),
    path("<int:template_id>/versions/current/", versions.MakeCurrent.as_view(), name="make_current_version"),
    path("<int:template_id>/versions/retire/", versions.Retire.as_view(), name="retire_version"),
    path("<int:template_id>/versions/take-back/", versions.TakeBack.as_view(), name="take_back_version"),
    path("<int:template_id>/versions/leave/", versions.Leave.as_view(), name="leave_versions"),
    path("<int:template_id>/<slug:part>/", views.TemplatePage.as_view(), name="template_tab"),
]
