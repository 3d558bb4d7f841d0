"""The pages of the portal."""

urlpatterns: list = []
