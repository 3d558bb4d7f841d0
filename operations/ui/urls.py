"""Addresses of the task drawer and the activity page."""

from django.urls import path

from operations.ui import activity, views

app_name = "operations"
urlpatterns = [
    path("activity/", activity.Activity.as_view(), name="activity"),
    path("activity/export/", activity.Export.as_view(), name="export_events"),
    path("tasks/", views.Tasks.as_view(), name="tasks"),
    path("tasks/<uuid:operation_id>/", views.OperationPage.as_view(), name="operation"),
    path("tasks/<uuid:operation_id>/cancel/", views.Cancel.as_view(), name="cancel"),
]
