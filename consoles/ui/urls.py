"""Addresses of the console's window and its tickets; the tab belongs to the machine page."""

from django.urls import path

from consoles.ui import views

app_name = "consoles"
urlpatterns = [
    path("machines/<int:machine_id>/console/window/", views.Window.as_view(), name="window"),
    path("machines/<int:machine_id>/console/ticket/", views.Ticket.as_view(), name="ticket"),
]
