"""Reading themes, as seen by who manages them."""

from django.db import models


class ThemeQuerySet(models.QuerySet):
    def visible_to(self, actor) -> "ThemeQuerySet":
        """Themes of the enterprises the actor knows. Who merely looks through a theme reads a Look."""
        return self.filter(actor.knowing())
