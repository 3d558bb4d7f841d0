"""Addresses of the pages of scopes."""

from django.urls import path

from infrastructure.ui import scope_choices, scopes

app_name = "scopes"
urlpatterns = [
    path("", scopes.Scopes.as_view(), name="list"),
    path("new/", scopes.Create.as_view(), name="create"),
    path("choices/enterprises/", scope_choices.EnterpriseChoices.as_view(), name="enterprise_choices"),
    path("choices/locations/", scope_choices.LocationChoices.as_view(), name="location_choices"),
    path("<int:scope_id>/", scopes.ScopePage.as_view(), name="scope"),
    path("<int:scope_id>/edit/", scopes.Edit.as_view(), name="edit"),
    path("<int:scope_id>/delete/", scopes.Delete.as_view(), name="delete"),
]
