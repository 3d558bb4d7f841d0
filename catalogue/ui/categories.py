"""Categories: what there is, whose they are, and how many templates are in each."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import services
from catalogue.models import Category
from catalogue.services.categories import MANAGE_GLOBAL, may_change, may_create
from catalogue.ui.browsing import visible
from catalogue.ui.forms import CategoryForm, add_refusal
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told
from tenants.access import may


class Categories(Page):
    def get(self, request: HttpRequest) -> HttpResponse:
        categories = list(Category.objects.visible_to(request.user).select_related("enterprise")[:500])
        counts = dict(
            visible(request.user).order_by().values_list("category_id").annotate(number=Count("id"))
        )
        lines = [
            {"category": each, "number": counts.get(each.pk, 0), "may_change": may_change(request.user, each)}
            for each in categories
        ]
        context = {"lines": lines, "may_create": may_create(request.user)}
        return render(request, "catalogue/categories.html", context)


class CreateCategory(Page):
    failed_to = gettext_lazy("The category was not created")

    def get(self, request: HttpRequest) -> HttpResponse:
        may_global = bool(may(request.user, MANAGE_GLOBAL))
        initial = {} if may_global else {"enterprise": request.user.enterprise_id}
        form = CategoryForm(actor=request.user, may_global=may_global, initial=initial)
        return self.shown(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        may_global = bool(may(request.user, MANAGE_GLOBAL))
        form, error = CategoryForm(request.POST, actor=request.user, may_global=may_global), None
        if form.is_valid():
            try:
                services.create_category(actor=request.user, **form.cleaned_data)
                return redirect("catalogue:categories")
            except DomainError as refused:
                if not add_refusal(form, refused):
                    error = fault_of(refused, request, what=str(self.failed_to))
        return self.shown(request, form, error)

    @staticmethod
    def shown(request: HttpRequest, form: CategoryForm, error: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            "title": _("New category"),
            "lead": _("Templates are sorted by categories. Those for every enterprise take a right."),
            "crumbs": [
                (reverse("catalogue:templates"), _("Catalogue")),
                (reverse("catalogue:categories"), _("Categories")),
            ],
            "form": form,
            "error": error,
            "verb": _("Create"),
            "back_url": reverse("catalogue:categories"),
        }
        status = 409 if error or form.errors else 200
        return render(request, "components/form_page.html", context, status=status)


class EditCategory(Page):
    """Another name; a local one may become global, never the other way round."""

    failed_to = gettext_lazy("The category was not changed")

    def get(self, request: HttpRequest, category_id: int) -> HttpResponse:
        category = self._category(request, category_id)
        initial = {"name": category.name, "enterprise": category.enterprise_id}
        return self._shown(request, category, CategoryForm(actor=request.user, initial=initial))

    def post(self, request: HttpRequest, category_id: int) -> HttpResponse:
        category = self._category(request, category_id)
        form, error = CategoryForm(request.POST, actor=request.user), None
        if form.is_valid():
            try:
                services.update_category(actor=request.user, category=category, **form.cleaned_data)
                return redirect("catalogue:categories")
            except DomainError as refused:
                if not add_refusal(form, refused):
                    error = fault_of(refused, request, what=str(self.failed_to))
        return self._shown(request, category, form, error)

    @staticmethod
    def _category(request: HttpRequest, category_id: int) -> Category:
        seen = Category.objects.visible_to(request.user).select_related("enterprise")
        return get_object_or_404(seen, pk=category_id)

    @staticmethod
    def _shown(
        request: HttpRequest, category: Category, form: CategoryForm, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": category.name,
            "lead": _(
                "A category of one enterprise may become one for every enterprise, and stays one then."
            ),
            "crumbs": [
                (reverse("catalogue:templates"), _("Catalogue")),
                (reverse("catalogue:categories"), _("Categories")),
            ],
            "form": form,
            "error": error,
            "verb": _("Save"),
            "back_url": reverse("catalogue:categories"),
        }
        status = 409 if error or form.errors else 200
        return render(request, "components/form_page.html", context, status=status)


class DeleteCategory(Page):
    failed_to = gettext_lazy("The category was not deleted")

    def get(self, request: HttpRequest, category_id: int) -> HttpResponse:
        category = get_object_or_404(Category.objects.visible_to(request.user), pk=category_id)
        context = {
            "title": _("Delete the category %(name)s?") % {"name": category.name},
            "text": _("Its templates stay and go to the category for all that is not sorted."),
            "verb": _("Delete"),
            "action": reverse("catalogue:delete_category", args=[category.id]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, category_id: int) -> HttpResponse:
        category = get_object_or_404(Category.objects.visible_to(request.user), pk=category_id)
        services.delete_category(actor=request.user, category=category)
        text = _("%(name)s was deleted.") % {"name": category.name}
        return told(text, location=reverse("catalogue:categories"))
