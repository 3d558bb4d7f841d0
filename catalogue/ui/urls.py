"""Addresses of the catalogue."""

from django.urls import path

from catalogue.ui import uploads, views

app_name = "catalogue"
urlpatterns = [
    path("upload/", uploads.UploadPage.as_view(), name="upload"),
    path("upload/list/", uploads.UploadList.as_view(), name="upload_list"),
    path("upload/begin/", uploads.BeginUpload.as_view(), name="upload_begin"),
    path("upload/<int:upload_id>/ticket/", uploads.UploadTicketOf.as_view(), name="upload_ticket"),
    path("upload/<int:upload_id>/cancel/", uploads.CancelUpload.as_view(), name="upload_cancel"),
    path("", views.Templates.as_view(), name="templates"),
    path("<int:template_id>/", views.TemplatePage.as_view(), name="template"),
]
