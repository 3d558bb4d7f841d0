"""The REST API: every app's resources under one prefix."""

urlpatterns: list = []
