"""The disks of a template: adding one with nothing on it, saying what it is attached to, removing it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import services
from catalogue.models import DiskController, Template, TemplateDisk
from catalogue.services.rights import require_own
from catalogue.ui.losses import lost_with_disk
from catalogue.ui.views import read_template
from core.errors import DomainError
from core.ui.faults import fault_of
from core.ui.pages import Page, told

ADAPTERS = (
    ("", gettext_lazy("the hypervisor's own (virtio-scsi)")),
    ("lsilogic", "LSI Logic"),
    ("lsilogicsas", "LSI Logic SAS"),
    ("VirtualSCSI", "VMware Paravirtual"),
)


class DiskForm(forms.Form):
    """What a disk is called and attached to."""

    label = forms.CharField(label=gettext_lazy("Label"), max_length=128, required=False)
    controller = forms.ChoiceField(
        label=gettext_lazy("Controller"), choices=[(each, each) for each in DiskController.values],
        help_text=gettext_lazy("Machines get it when they are deployed next."),
    )  # fmt: skip
    adapter = forms.ChoiceField(
        label=gettext_lazy("SCSI adapter"), choices=ADAPTERS, required=False,
        help_text=gettext_lazy("Counts for SCSI alone: the one the guest has a driver for."),
    )  # fmt: skip


class EmptyDiskForm(DiskForm):
    size_mib = forms.IntegerField(
        label=gettext_lazy("Size in MiB"), min_value=1,
        help_text=gettext_lazy("Each machine gets a disk of this size with nothing on it."),
    )  # fmt: skip
    field_order = ("size_mib", "label", "controller", "adapter")


class DiskPage(Page):
    """A form about a disk; ``verb`` is on its button."""

    verb = ""

    def shown(
        self, request: HttpRequest, template: Template, form: forms.Form, error: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            "title": self.title_of(template), "form": form, "error": error, "verb": self.verb,
            "crumbs": [
                (reverse("catalogue:templates"), _("Catalogue")),
                (reverse("catalogue:template", args=[template.pk]), template.name),
            ],
            "back_url": reverse("catalogue:template_tab", args=[template.pk, "disks"]),
        }  # fmt: skip
        status = 409 if error or form.errors else 200
        return render(request, "components/form_page.html", context, status=status)

    def title_of(self, template: Template) -> str:
        return template.name

    def ended(self, request: HttpRequest, template: Template, form: forms.Form, act: Any) -> HttpResponse:
        """Call the service with what the form holds, and show why not."""
        error = None
        if form.is_valid():
            try:
                act(**form.cleaned_data)
                return redirect("catalogue:template_tab", template.pk, "disks")
            except DomainError as refused:
                error = fault_of(refused, request, what=str(self.failed_to))
        return self.shown(request, template, form, error)


class AddEmptyDisk(DiskPage):
    failed_to = gettext_lazy("The disk was not added")
    verb = gettext_lazy("Add")

    def get(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)
        require_own(request.user, template)
        return self.shown(request, template, EmptyDiskForm(initial={"controller": DiskController.VIRTIO}))

    def post(self, request: HttpRequest, template_id: int) -> HttpResponse:
        template = read_template(request, template_id)

        def add(**fields: Any) -> None:
            services.add_empty_disk(actor=request.user, template=template, **fields)

        return self.ended(request, template, EmptyDiskForm(request.POST), add)

    def title_of(self, template: Template) -> str:
        return _("Add an empty disk to %(name)s") % {"name": template.name}


class EditDisk(DiskPage):
    failed_to = gettext_lazy("The disk was not changed")
    verb = gettext_lazy("Save")

    def get(self, request: HttpRequest, template_id: int, templatedisk: int) -> HttpResponse:
        template = read_template(request, template_id)
        require_own(request.user, template)
        disk = _disk(template, templatedisk)
        initial = {"label": disk.label, "controller": disk.controller, "adapter": disk.adapter}
        return self.shown(request, template, self._form(disk, initial=initial))

    def post(self, request: HttpRequest, template_id: int, templatedisk: int) -> HttpResponse:
        template = read_template(request, template_id)
        disk = _disk(template, templatedisk)

        def change(**fields: Any) -> None:
            services.update_template_disk(actor=request.user, disk=disk, **fields)

        return self.ended(request, template, self._form(disk, request.POST), change)

    @staticmethod
    def _form(disk: TemplateDisk, *args: Any, **kwargs: Any) -> DiskForm:
        """With the adapter a package named, though it is none of those offered."""
        form = DiskForm(*args, **kwargs)
        if disk.adapter not in dict(ADAPTERS):
            form.fields["adapter"].choices = [*ADAPTERS, (disk.adapter, disk.adapter)]
        return form

    def title_of(self, template: Template) -> str:
        return _("A disk of %(name)s") % {"name": template.name}


class DeleteDisk(Page):
    failed_to = gettext_lazy("The disk was not deleted")

    def get(self, request: HttpRequest, template_id: int, templatedisk: int) -> HttpResponse:
        template = read_template(request, template_id)
        disk = _disk(template, templatedisk)
        context = {
            "title": _("Delete a disk of %(name)s?") % {"name": template.name},
            "text": _("Machines made of it from now on do without."),
            "losses": lost_with_disk(disk),
            "verb": _("Delete"),
            "action": reverse("catalogue:delete_disk", args=[template.pk, disk.pk]),
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: HttpRequest, template_id: int, templatedisk: int) -> HttpResponse:
        template = read_template(request, template_id)
        services.delete_disk(actor=request.user, disk=_disk(template, templatedisk))
        return told(
            _("The disk is being deleted."),
            location=reverse("catalogue:template_tab", args=[template.pk, "disks"]),
        )


def _disk(template: Template, pk: int) -> TemplateDisk:
    return get_object_or_404(template.disks.select_related("template__repository"), pk=pk)
