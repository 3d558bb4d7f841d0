"""Addresses of the catalogue below the API's root."""

from django.urls import path

from catalogue.api import copies, downloads  # noqa: F401  register what they make templates of
from catalogue.api.views import (
    blueprints,
    categories,
    conversions,
    definitions,
    disks,
    packages,
    repositories,
    tasks,
    templates,
    uploads,
    versions,
)

REPOSITORIES = "admin/enterprises/<int:enterprise>/datacenterrepositories"
REPOSITORY = f"{REPOSITORIES}/<int:repository>"
TEMPLATE = f"{REPOSITORY}/virtualmachinetemplates/<int:template>"
LOCATION = "cloud/locations/<int:location>/templates"
DISK = f"{TEMPLATE}/disks/<int:templatedisk>"


def _tasks(owner: str, listed, one, cancel, acknowledge) -> list:
    """The addresses of the tasks of what lies there."""
    task = f"{owner}/tasks/<uuid:templatetask>"
    return [
        path(f"{owner}/tasks", listed.as_view()),
        path(task, one.as_view()),
        path(f"{task}/action/ack", acknowledge.as_view()),
        path(f"{task}/action/cancel", cancel.as_view()),
    ]


def _conversions(owner: str) -> list:
    """The addresses of the conversions of what lies there."""
    conversion = f"{owner}/conversions/<str:diskformat>"
    return [
        path(f"{owner}/conversions", conversions.Conversions.as_view()),
        path(conversion, conversions.OneConversion.as_view()),
        *_tasks(
            conversion,
            tasks.ConversionTasks,
            tasks.OneConversionTask,
            tasks.CancelConversionTask,
            tasks.AcknowledgeConversionTask,
        ),
    ]


SPECS = "admin/enterprises/<int:enterprise>/vappspecs"
APPSLIB = "admin/enterprises/<int:enterprise>/appslib"
DEFINITION_LIST = f"{APPSLIB}/templateDefinitionLists/<int:definitionlist>"
DEFINITION = f"{APPSLIB}/templateDefinitions/<int:definition>"

urlpatterns = [
    path(f"{APPSLIB}/templateDefinitionLists", definitions.DefinitionLists.as_view()),
    path(DEFINITION_LIST, definitions.OneDefinitionList.as_view()),
    path(f"{DEFINITION_LIST}/actions/repositoryStatus", definitions.ListStatus.as_view()),
    path(f"{APPSLIB}/templateDefinitions", definitions.Definitions.as_view()),
    path(DEFINITION, definitions.OneDefinition.as_view()),
    path(f"{DEFINITION}/actions/repositoryStatus", definitions.DefinitionStatus.as_view()),
    path(f"{DEFINITION}/actions/repositoryInstall", definitions.InstallDefinition.as_view()),
    path(f"{DEFINITION}/actions/repositoryUninstall", definitions.UninstallDefinition.as_view()),
    path("admin/enterprises/action/requestdownload", uploads.RequestDownload.as_view()),
    path("admin/enterprises/<int:enterprise>/action/requestupload", uploads.RequestUpload.as_view()),
    path(SPECS, blueprints.Specs.as_view()),
    path(f"{SPECS}/<int:vappspec>", blueprints.OneSpec.as_view()),
    path("config/categories", categories.Categories.as_view()),
    path("config/categories/<int:category>", categories.OneCategory.as_view()),
    path(REPOSITORIES, repositories.Repositories.as_view()),
    path(REPOSITORY, repositories.OneRepository.as_view()),
    path(f"{REPOSITORY}/actions/refresh", uploads.RefreshRepository.as_view()),
    path(f"{REPOSITORY}/action/disks", repositories.RepositoryDisks.as_view()),
    path(f"{REPOSITORY}/virtualmachinetemplates", templates.Templates.as_view()),
    path(TEMPLATE, templates.OneTemplate.as_view()),
    path(f"{TEMPLATE}/action/deletefile", templates.DeleteFile.as_view()),
    path(f"{TEMPLATE}/action/export", packages.Export.as_view()),
    path(f"{TEMPLATE}/action/instances", templates.Instances.as_view()),
    path(f"{TEMPLATE}/action/versions", versions.Versions.as_view()),
    path(f"{TEMPLATE}/action/makecurrent", versions.MakeCurrent.as_view()),
    path(f"{TEMPLATE}/action/retire", versions.Retire.as_view()),
    path(f"{TEMPLATE}/disks", disks.TemplateDisks.as_view()),
    path(f"{TEMPLATE}/action/move", disks.MoveTemplate.as_view()),
    path(DISK, disks.OneTemplateDisk.as_view()),
    path(f"{DISK}/action/deletefile", disks.DeleteDiskFile.as_view()),
    *_conversions(TEMPLATE),
    *_conversions(DISK),
    *_tasks(TEMPLATE, tasks.Tasks, tasks.OneTask, tasks.CancelTask, tasks.AcknowledgeTask),
    *_tasks(DISK, tasks.DiskTasks, tasks.OneDiskTask, tasks.CancelDiskTask, tasks.AcknowledgeDiskTask),
    path(f"{REPOSITORY}/tasks", tasks.RepositoryTasks.as_view()),
    path(f"{REPOSITORY}/tasks/<uuid:repositorytask>", tasks.OneRepositoryTask.as_view()),
    path(f"{REPOSITORY}/tasks/<uuid:repositorytask>/action/ack", tasks.AcknowledgeRepositoryTask.as_view()),
    path(f"{REPOSITORY}/tasks/<uuid:repositorytask>/action/cancel", tasks.CancelRepositoryTask.as_view()),
    path(LOCATION, templates.LocationTemplates.as_view()),
    path(f"{LOCATION}/<int:template>", templates.OneLocationTemplate.as_view()),
]
