"""The base of the back office's pages (the Django admin): every change goes through a service."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from core.errors import DomainError


class ServiceAdmin(ModelAdmin):
    """Override ``create_by_service``, ``change_by_service`` and ``remove_by_service``; what is not overridden
    is not offered. A refusal stands above the form, with what was typed still in it."""

    compressed_fields = True
    warn_unsaved_form = True
    creates = changes = removes = False
    labels: dict[str, Any] = {}

    def create_by_service(self, request: HttpRequest, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def change_by_service(self, request: HttpRequest, row: Any, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def remove_by_service(self, request: HttpRequest, row: Any) -> None:
        raise NotImplementedError

    def has_add_permission(self, request, obj=None) -> bool:
        return self.creates and super().has_add_permission(request)

    def has_change_permission(self, request, obj=None) -> bool:
        return self.changes and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return self.removes and super().has_delete_permission(request, obj)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Fields by the words of ``labels`` instead of their technical names."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name in self.labels:
            field.label = self.labels[db_field.name]
        return field

    def get_form(self, request, obj=None, change=False, **kwargs):
        """The usual form, which repeats a service's refusal as its own error."""
        base = super().get_form(request, obj, change=change, **kwargs)

        class Form(base):
            def clean(self):
                values = super().clean()
                refusal = getattr(request, "refusal", None)
                if refusal is not None:
                    self.add_error(None, f"{refusal.message} {refusal.remedy}".strip())
                return values

        return Form

    def changeform_view(self, request, *args, **kwargs):
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as refusal:
            request.refusal = refusal
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request, obj, form, change) -> None:
        if change:
            values = {
                name: form.cleaned_data[name] for name in form.changed_data if name in form.cleaned_data
            }
            self.change_by_service(request, type(obj)._default_manager.get(pk=obj.pk), values)
            return
        made = self.create_by_service(request, dict(form.cleaned_data))
        obj.pk, obj.id = made.pk, made.pk
        obj._state.adding = False

    def save_related(self, request, form, formsets, change) -> None:
        """Relations were written by the service as well."""

    def delete_model(self, request, obj) -> None:
        self.remove_by_service(request, obj)

    def delete_queryset(self, request, queryset) -> None:
        for row in queryset:
            self.remove_by_service(request, row)

    def delete_view(self, request, *args, **kwargs):
        return self._told(request, super().delete_view, *args, **kwargs)

    def response_action(self, request, queryset):
        return self._told(request, super().response_action, queryset)

    def _told(self, request, view, *args, **kwargs):
        """Run an admin view; a refusal becomes a message on the page one came from."""
        try:
            return view(request, *args, **kwargs)
        except DomainError as refusal:
            text = _("Not done: %(why)s") % {"why": f"{refusal.message} {refusal.remedy}".strip()}
            self.message_user(request, text, level="ERROR")
            return self.response_post_save_change(request, None)
