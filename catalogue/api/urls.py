"""Addresses of the catalogue below the API's root."""

from django.urls import path

from catalogue.api import copies  # noqa: F401  registers what it makes templates of
from catalogue.api.views import categories, packages, repositories, tasks, templates, uploads

REPOSITORIES = "admin/enterprises/<int:enterprise>/datacenterrepositories"
REPOSITORY = f"{REPOSITORIES}/<int:repository>"
TEMPLATE = f"{REPOSITORY}/virtualmachinetemplates/<int:template>"
LOCATION = "cloud/locations/<int:location>/templates"

urlpatterns = [
    path("admin/enterprises/action/requestdownload", uploads.RequestDownload.as_view()),
    path("admin/enterprises/<int:enterprise>/action/requestupload", uploads.RequestUpload.as_view()),
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
    path(f"{TEMPLATE}/disks", templates.TemplateDisks.as_view()),
    path(f"{TEMPLATE}/disks/<int:templatedisk>", templates.OneTemplateDisk.as_view()),
    path(f"{TEMPLATE}/tasks", tasks.Tasks.as_view()),
    path(f"{TEMPLATE}/tasks/<uuid:task>", tasks.OneTask.as_view()),
    path(f"{TEMPLATE}/tasks/<uuid:task>/action/ack", tasks.AcknowledgeTask.as_view()),
    path(f"{TEMPLATE}/tasks/<uuid:task>/action/cancel", tasks.CancelTask.as_view()),
    path(f"{REPOSITORY}/tasks", tasks.RepositoryTasks.as_view()),
    path(f"{REPOSITORY}/tasks/<uuid:task>", tasks.OneRepositoryTask.as_view()),
    path(f"{REPOSITORY}/tasks/<uuid:task>/action/ack", tasks.AcknowledgeRepositoryTask.as_view()),
    path(f"{REPOSITORY}/tasks/<uuid:task>/action/cancel", tasks.CancelRepositoryTask.as_view()),
    path(LOCATION, templates.LocationTemplates.as_view()),
    path(f"{LOCATION}/<int:template>", templates.OneLocationTemplate.as_view()),
]
