"""Forms check shape; what a template may say is decided by its services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from branding.pictures import MOST_BYTES
from catalogue.models import Category, EthernetDriver, GuestSetup, Template
from catalogue.os_types import OS_TYPES, in_words
from catalogue.services.icons import icons_of
from catalogue.ui.variables import VariablesField
from core.errors import DomainError
from tenants.models import Enterprise, Scope
from tenants.reach import Reach

FIELD_OF_CODE = {
    "VIMAGE-12": "picture",
    "VIMAGE-61": "vcpus_min",
    "VIMAGE-62": "vcpus_max",
    "VIMAGE-63": "memory_mib_min",
    "VIMAGE-64": "memory_mib_max",
    "VIMAGE-71": "generates_password",
    "VIMAGE-76": "variables",
    "VIMAGE-67": "shared",
    "VIMAGE-70": "shared",
    "CATEGORY-10": "category",
    "CATEGORY-11": "category",
    "CATEGORY-2": "name",
    "CATEGORY-7": "enterprise",
}
HOT = ("vcpus_hot_add", "memory_hot_add", "nics_hot_reconfigure", "disks_hot_reconfigure",
       "remote_access_hot_reconfigure")  # fmt: skip
SECTIONS = (
    (_("What it is"), ("name", "description", "category", "picture", "used_picture", "icon", "os_type",
                       "os_version", "terms", "version_note")),
    (_("Size of machines"), ("vcpus", "vcpus_min", "vcpus_max", "memory_mib", "memory_mib_min",
                             "memory_mib_max", "cores_per_socket", "ethernet_driver")),
    (_("Logging in and setting up"), ("login_user", "login_password", "guest_setup", "generates_password",
                                      "variables")),
    (_("May be changed while a machine runs"), HOT),
    (_("Who sees it"), ("shared", "scopes")),
    (_("Accounting"), ("cost_code",)),
)  # fmt: skip


class TemplateForm(forms.ModelForm):
    """All that can be said of a template. An empty password leaves the one there is."""

    os_type = forms.ChoiceField(label=_("Operating system"))
    category = forms.ModelChoiceField(Category.objects.none(), label=_("Category"), empty_label=None)
    login_password = forms.CharField(
        label=_("Password"), required=False, max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Empty: as it is. It is kept sealed and never shown in lists."),
    )  # fmt: skip
    removes_password = forms.BooleanField(label=_("Remove the password"), required=False)
    picture = forms.FileField(
        label=_("Picture"), required=False, max_length=255,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG, JPEG or WebP, up to %(most)s KiB.") % {"most": MOST_BYTES // 1024},
    )  # fmt: skip
    used_picture = forms.ChoiceField(label=_("One that is there"), required=False)
    variables = VariablesField(
        help_text=_("One NAME=value on each line; machines get them when they are set up.")
    )
    scopes = forms.ModelMultipleChoiceField(
        Scope.objects.none(), label=_("Shared with scopes"), required=False,
        help_text=_("Enterprises in and beneath them may use it, where the location is open to them."),
    )  # fmt: skip

    class Meta:
        model = Template
        fields = (
            "name", "description", "category", "icon", "os_type", "os_version", "terms", "vcpus", "vcpus_min",
            "vcpus_max", "memory_mib", "memory_mib_min", "memory_mib_max", "cores_per_socket",
            "ethernet_driver", "login_user", "guest_setup", "generates_password", *HOT, "shared", "cost_code",
            "version_note",
        )  # fmt: skip
        labels = {
            "icon": _("Address of a picture elsewhere"),
            "version_note": _("What is new in this version"),
            "os_version": _("Version"),
            "terms": _("Terms (EULA)"),
            "vcpus": _("vCPU"),
            "vcpus_min": _("vCPU at least"),
            "vcpus_max": _("vCPU at most"),
            "memory_mib": _("Memory in MiB"),
            "memory_mib_min": _("Memory at least, MiB"),
            "memory_mib_max": _("Memory at most, MiB"),
            "cores_per_socket": _("Cores per socket"),
            "ethernet_driver": _("Network card"),
            "login_user": _("User name"),
            "guest_setup": _("Set up by"),
            "generates_password": _("Make a first password for each machine"),
            "vcpus_hot_add": _("vCPU"),
            "memory_hot_add": _("Memory"),
            "nics_hot_reconfigure": _("Network cards"),
            "disks_hot_reconfigure": _("Disks"),
            "remote_access_hot_reconfigure": _("Remote access"),
            "shared": _("Shared with everybody who may use the location"),
            "cost_code": _("Cost code"),
        }
        help_texts = {
            "icon": _("It is told to clients of REST. Pages load no pictures from elsewhere."),
            "terms": _("Whoever deploys it has to accept them."),
            "login_user": _(
                "Whom people sign in as. The first password is this user's; left empty, that of the user "
                "cloud-init makes."
            ),
            "guest_setup": _(
                "cloud-init reads host name, SSH keys, user data and variables from a CD-ROM at the first "
                "start. Choose it only for images with cloud-init (or Cloudbase-Init) in them."
            ),
            "generates_password": _(
                "It is mailed to the owner of the machine. On the CD-ROM it is hashed, except for Windows."
            ),
        }
        widgets = {"terms": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, actor: Any, template: Template, **kwargs: Any):
        initial = {"variables": template.variables, "scopes": template.scopes.all()}
        super().__init__(*args, instance=template, initial=initial, **kwargs)
        types = sorted((name, in_words(name)) for name in {*OS_TYPES, template.os_type})
        self.fields["os_type"].choices = sorted(types, key=lambda each: each[1].casefold())
        self.fields["ethernet_driver"].choices = [
            ("", _("as the hypervisor has it")),
            *EthernetDriver.choices,
        ]
        self.fields["guest_setup"].choices = [
            (GuestSetup.NONE, _("nobody")),
            (GuestSetup.CLOUD_INIT, "cloud-init"),
            (GuestSetup.HYPERVISOR_TOOLS, _("tools of the hypervisor")),
        ]
        usable = Category.objects.visible_to(actor).usable_in(template.enterprise_id)
        self.fields["category"].queryset = usable
        self.fields["scopes"].queryset = Scope.objects.visible_to(actor)
        pictures = icons_of(template, actor)
        self.fields["used_picture"].choices = [("", _("none of them")), *zip(pictures, pictures, strict=True)]
        if template.icon in pictures:
            self.initial |= {"used_picture": template.icon, "icon": ""}
        if not pictures:
            del self.fields["used_picture"]
        if template.line_id is None:
            del self.fields["version_note"]
        if not template.sealed_login_password:
            del self.fields["removes_password"]
        if actor.reach == Reach.OWN:
            del self.fields["shared"], self.fields["scopes"]

    def _post_clean(self) -> None:
        """The instance stays as it is: services write."""

    @property
    def arguments(self) -> dict[str, Any]:
        """What the service is given."""
        values = dict(self.cleaned_data)
        password, removes = values.pop("login_password"), values.pop("removes_password", False)
        values["login_password"] = "" if removes else password or None
        picture, used = values.pop("picture", None), values.pop("used_picture", "")
        values["icon"] = used or values["icon"]
        values["picture"] = picture.read(MOST_BYTES + 1) if picture else None
        if "scopes" in values:
            values["scopes"] = list(values["scopes"])
        return values

    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields as they stand on the page."""
        shown = []
        for title, names in SECTIONS:
            if "login_password" in names and "removes_password" in self.fields:
                names = (*names[:2], "removes_password", *names[2:])
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                shown.append((title, fields))
        return shown


class CategoryForm(forms.Form):
    """A category's name, and for new ones whose it is."""

    name = forms.CharField(label=_("Name"), max_length=30)
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label=_("For"), required=False, empty_label=_("every enterprise")
    )

    def __init__(self, *args: Any, actor: Any, may_global: bool = True, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["enterprise"]
        field.queryset = Enterprise.objects.visible_to(actor)
        if not may_global:
            field.empty_label, field.required = None, True


def add_refusal(form: forms.Form, error: DomainError) -> bool:
    """Put a service's refusal beside the field it is about; answers whether there is one."""
    placed = False
    for reason in error.reasons:
        name = FIELD_OF_CODE.get(reason.code, "")
        if name in form.fields:
            form.add_error(name, f"{reason.message} {reason.remedy or error.remedy}".strip())
            placed = True
    return placed
