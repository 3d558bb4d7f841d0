"""Addresses of the console page."""

from django.urls import path

from consoles.ui import views

app_name = "consoles"
urlpatterns = [
    path("machines/<int:machine_id>/console/", views.Console.as_view(), name="console"),
    path("machines/<int:machine_id>/console/ticket/", views.Ticket.as_view(), name="ticket"),
]
