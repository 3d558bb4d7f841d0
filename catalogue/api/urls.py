"""Addresses of the catalogue below the API's root."""

from django.urls import path

from catalogue.api import views

REPOSITORIES = "admin/enterprises/<int:enterprise>/datacenterrepositories"
REPOSITORY = f"{REPOSITORIES}/<int:repository>"
TEMPLATE = f"{REPOSITORY}/virtualmachinetemplates/<int:template>"

urlpatterns = [
    path(REPOSITORIES, views.Repositories.as_view()),
    path(REPOSITORY, views.OneRepository.as_view()),
    path(f"{REPOSITORY}/virtualmachinetemplates", views.Templates.as_view()),
    path(TEMPLATE, views.OneTemplate.as_view()),
    path("cloud/locations/<int:location>/templates", views.LocationTemplates.as_view()),
    path(f"{TEMPLATE}/disks", views.TemplateDisks.as_view()),
    path(f"{TEMPLATE}/disks/<int:templatedisk>", views.OneTemplateDisk.as_view()),
]
