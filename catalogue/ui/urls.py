"""Addresses of the catalogue."""

from django.urls import path

from catalogue.ui import views

app_name = "catalogue"
urlpatterns = [
    path("", views.Templates.as_view(), name="templates"),
    path("<int:template_id>/", views.TemplatePage.as_view(), name="template"),
]
