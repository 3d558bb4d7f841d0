"""Categories: a link 'enterprise' makes one local to it."""

from typing import Any

from catalogue import services
from catalogue.api.resources import CATEGORY
from catalogue.models import Category
from core.api.document import Document
from core.api.verbs import speaks
from core.api.views import DialectView
from tenants.models import Enterprise


class CategoryView(DialectView):
    """A view of the categories the actor sees."""

    def categories(self):
        return Category.objects.visible_to(self.actor)

    def enterprise(self, document: Document) -> Enterprise | None:
        """The enterprise a body links to, None without such a link. Raises NotFound."""
        link = document.reference("enterprise", "/admin/enterprises/{enterprise}")
        if link is None:
            return None
        return self.one(Enterprise.objects.visible_to(self.actor).filter(pk=link["enterprise"]), "EN-0")

    def send_one(self, pk: int) -> Any:
        return self.answer(CATEGORY, self.row(self.categories().filter(pk=pk), CATEGORY, "CATEGORY-1"))


class Categories(CategoryView):
    @speaks("Categories of templates: global ones and those of your enterprise", answers=(CATEGORY,),
            many=True, paged=True)  # fmt: skip
    def get(self, request):
        return self.page(self.categories(), CATEGORY)

    @speaks(
        "Create a category, with a link 'enterprise' a local one",
        answers=(CATEGORY,),
        accepts=(CATEGORY,),
        status=201,
    )
    def post(self, request):
        document = self.document()
        values = CATEGORY.read(document, creating=True)
        made = services.create_category(actor=self.actor, enterprise=self.enterprise(document), **values)
        return self.created(CATEGORY, self.row(self.categories().filter(pk=made.pk), CATEGORY, "CATEGORY-1"))


class OneCategory(CategoryView):
    @speaks("A category", answers=(CATEGORY,))
    def get(self, request, category):
        return self.send_one(category)

    @speaks(
        "Rename a category; links without 'enterprise' make a local one global",
        answers=(CATEGORY,),
        accepts=(CATEGORY,),
    )
    def put(self, request, category):
        found = self.one(self.categories().filter(pk=category), "CATEGORY-1")
        document = self.document()
        values = CATEGORY.read(document)
        if document.has_links:
            values["enterprise"] = self.enterprise(document)
        services.update_category(actor=self.actor, category=found, **values)
        return self.send_one(category)

    @speaks("Delete a category; its templates go to the default one", status=204)
    def delete(self, request, category):
        found = self.one(self.categories().filter(pk=category), "CATEGORY-1")
        services.delete_category(actor=self.actor, category=found)
        return self.nothing()
