"""Remote repositories and what they offer, of one enterprise."""

from typing import Any

from catalogue.api.resources.definition import (
    CATEGORY_REFERENCE,
    TEMPLATE_DEFINITION,
    TEMPLATE_DEFINITION_LIST,
    TEMPLATE_STATE,
)
from catalogue.definition_state import NOT_DOWNLOADED, states_of
from catalogue.models import Category, TemplateDefinition, TemplateDefinitionList
from catalogue.services import definition_lists as lists
from catalogue.services.bringing import DOWNLOAD, download_definition, remove_download
from catalogue.services.rights import MODIFY
from core.api.document import Document
from core.api.resource import Row
from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import Invalid
from infrastructure.models import Datacenter
from tenants.models import Enterprise

VIEW = "APPLIB_VIEW"
PLACE = {"datacenterId": "The datacenter that is asked about."}


class DefinitionView(DialectView):
    """A view below an enterprise's library."""

    def owner(self, pk: int) -> Enterprise:
        return self.one(Enterprise.objects.visible_to(self.actor).filter(pk=pk), "EN-0")

    def lists(self, enterprise: int):
        self.owner(enterprise)
        return TemplateDefinitionList.objects.visible_to(self.actor).filter(enterprise_id=enterprise)

    def definitions(self, enterprise: int):
        self.owner(enterprise)
        return TemplateDefinition.objects.visible_to(self.actor).filter(enterprise_id=enterprise)

    def with_definitions(self, rows: list[Row]) -> list[Row]:
        """Add what each list offers, with one query."""
        offered = TemplateDefinition.objects.visible_to(self.actor).filter(
            definition_list_id__in=[row["id"] for row in rows]
        )
        found = list(offered.order_by("name", "id").values(*TEMPLATE_DEFINITION.columns))
        for row in rows:
            row["definitions"] = [each for each in found if each["definition_list_id"] == row["id"]]
        return rows

    def whole_list(self, enterprise: int, pk: int) -> Row:
        found = self.lists(enterprise).filter(pk=pk)
        return self.with_definitions([self.row(found, TEMPLATE_DEFINITION_LIST, "OVF-PACKAGE-1")])[0]

    def place(self) -> Datacenter:
        """The datacenter of the query. Raises NotFound, Invalid."""
        wanted = self.number("datacenterId")
        if wanted is None:
            raise Invalid("datacenterId: the id of a datacenter is needed.", code="GEN-2")
        return self.one(Datacenter.objects.visible_to(self.actor).filter(pk=wanted), "DC-0")

    def states(self, definitions: Any, datacenter: Datacenter) -> list[Row]:
        rows = list(definitions.values_list("id", "url"))
        states = states_of(self.actor, [pk for pk, _url in rows], datacenter.pk)
        return [
            {
                "ovfId": url,
                "status": state.status,
                "downloadingProgress": state.percent if state.status == "DOWNLOADING" else None,
                "errorCause": state.why or None,
            }
            for pk, url in rows
            for state in (states.get(pk, NOT_DOWNLOADED),)
        ]


class DefinitionLists(DefinitionView):
    @speaks("Remote repositories", answers=(TEMPLATE_DEFINITION_LIST,), many=True, paged=True, privilege=VIEW)
    def get(self, request, enterprise):
        page = self.read_page(self.lists(enterprise), TEMPLATE_DEFINITION_LIST)
        self.with_definitions(page.rows)
        return self.send_page(page, TEMPLATE_DEFINITION_LIST)

    @speaks(
        "Add a remote repository: a name and an address, or as plain text the address of its ovfindex.xml, "
        "which must be readable then",
        answers=(TEMPLATE_DEFINITION_LIST,),
        accepts=(TEMPLATE_DEFINITION_LIST, "text/plain"),
        status=201,
        privilege=MODIFY,
    )
    def post(self, request, enterprise):
        owner = self.owner(enterprise)
        if (request.content_type or "").startswith("text/"):
            made = lists.add_list(actor=self.actor, enterprise=owner, url=self.text())
        else:
            told = TEMPLATE_DEFINITION_LIST.read(self.document(), creating=True)
            if not told.get("name") and not told.get("url"):
                raise Invalid("A name or an address is needed.", code="GEN-2")
            made = lists.add_list(
                actor=self.actor,
                enterprise=owner,
                url=told.get("url", ""),
                name=told.get("name", ""),
                must_be_readable=False,
            )
        return self.created(TEMPLATE_DEFINITION_LIST, self.whole_list(enterprise, made.pk))


class OneDefinitionList(DefinitionView):
    @speaks("A remote repository", answers=(TEMPLATE_DEFINITION_LIST,), privilege=VIEW)
    def get(self, request, enterprise, definitionlist):
        return self.answer(TEMPLATE_DEFINITION_LIST, self.whole_list(enterprise, definitionlist))

    @speaks(
        "Rename it, give it another address; whatever is sent, it is read again",
        answers=(TEMPLATE_DEFINITION_LIST,),
        accepts=(TEMPLATE_DEFINITION_LIST,),
        privilege=MODIFY,
    )
    def put(self, request, enterprise, definitionlist):
        found = self.one(self.lists(enterprise).filter(pk=definitionlist), "OVF-PACKAGE-1")
        told = TEMPLATE_DEFINITION_LIST.read(self.document())
        lists.change_list(actor=self.actor, definition_list=found, **told)
        return self.answer(TEMPLATE_DEFINITION_LIST, self.whole_list(enterprise, definitionlist))

    @speaks("Forget a remote repository; templates that were downloaded stay", status=204, privilege=MODIFY)
    def delete(self, request, enterprise, definitionlist):
        found = self.one(self.lists(enterprise).filter(pk=definitionlist), "OVF-PACKAGE-1")
        lists.remove_list(actor=self.actor, definition_list=found)
        return self.nothing()


class ListStatus(DefinitionView):
    @speaks("What of a list has been downloaded", answers=(TEMPLATE_STATE,), many=True, parameters=PLACE)
    def get(self, request, enterprise, definitionlist):
        found = self.one(self.lists(enterprise).filter(pk=definitionlist), "OVF-PACKAGE-1")
        offered = self.definitions(enterprise).filter(definition_list=found)
        return self.whole(self.states(offered, self.place()), TEMPLATE_STATE)


class Definitions(DefinitionView):
    @speaks(
        "Templates that can be downloaded",
        answers=(TEMPLATE_DEFINITION,),
        many=True,
        paged=True,
        privilege=MODIFY,
    )
    def get(self, request, enterprise):
        return self.page(self.definitions(enterprise), TEMPLATE_DEFINITION)

    @speaks(
        "Write down where a template is to be had",
        answers=(TEMPLATE_DEFINITION,),
        accepts=(TEMPLATE_DEFINITION,),
        status=201,
        privilege=MODIFY,
    )
    def post(self, request, enterprise):
        owner, document = self.owner(enterprise), self.document()
        values = told_of(self, document, creating=True)
        made = lists.save_definition(actor=self.actor, enterprise=owner, **values)
        row = self.row(self.definitions(enterprise).filter(pk=made.pk), TEMPLATE_DEFINITION, "OVF-PACKAGE-0")
        return self.created(TEMPLATE_DEFINITION, row)


class OneDefinition(DefinitionView):
    @speaks("A template that can be downloaded", answers=(TEMPLATE_DEFINITION,), privilege=MODIFY)
    def get(self, request, enterprise, definition):
        found = self.definitions(enterprise).filter(pk=definition)
        return self.answer(TEMPLATE_DEFINITION, self.row(found, TEMPLATE_DEFINITION, "OVF-PACKAGE-0"))

    @speaks(
        "Change a definition",
        answers=(TEMPLATE_DEFINITION,),
        accepts=(TEMPLATE_DEFINITION,),
        privilege=MODIFY,
    )
    def put(self, request, enterprise, definition):
        found = self.one(self.definitions(enterprise).filter(pk=definition), "OVF-PACKAGE-0")
        values = told_of(self, self.document())
        lists.save_definition(actor=self.actor, enterprise=found.enterprise, definition=found, **values)
        return self.get(request, enterprise, definition)

    @speaks("Forget a definition", status=204, privilege=MODIFY)
    def delete(self, request, enterprise, definition):
        found = self.one(self.definitions(enterprise).filter(pk=definition), "OVF-PACKAGE-0")
        lists.remove_definition(actor=self.actor, definition=found)
        return self.nothing()


class DefinitionStatus(DefinitionView):
    @speaks("Whether a definition has been downloaded", answers=(TEMPLATE_STATE,), parameters=PLACE)
    def get(self, request, enterprise, definition):
        found = self.definitions(enterprise).filter(pk=definition)
        self.one(found, "OVF-PACKAGE-0")
        return self.answer(TEMPLATE_STATE, self.states(found, self.place())[0])


class InstallDefinition(DefinitionView):
    @speaks(
        "Download a definition",
        answers=("acceptedrequest",),
        status=202,
        parameters=PLACE,
        privilege=DOWNLOAD,
    )
    def post(self, request, enterprise, definition):
        found = self.one(self.definitions(enterprise).filter(pk=definition), "OVF-PACKAGE-0")
        place = self.place()
        operation = download_definition(actor=self.actor, definition=found, datacenter=place)
        path = f"/admin/enterprises/{enterprise}/datacenterrepositories/{place.pk}/tasks/{operation.id}"
        return self.accepted(path)


class UninstallDefinition(DefinitionView):
    @speaks("Stop the download of a definition, or delete its template", status=204, parameters=PLACE)
    def post(self, request, enterprise, definition):
        found = self.one(self.definitions(enterprise).filter(pk=definition), "OVF-PACKAGE-0")
        remove_download(actor=self.actor, definition=found, datacenter=self.place())
        return self.nothing()


def told_of(view: DialectView, document: Document, *, creating: bool = False) -> dict[str, Any]:
    """What a body says of a definition, for the service."""
    values = TEMPLATE_DEFINITION.read(document, creating=creating)
    if "disks" in values:
        values["disks"] = [_disk(each) for each in values["disks"] if isinstance(each, dict)]
    # Clients send a link without an address where there is no category.
    if any(each.get("rel") == "category" and each.get("href") for each in document.links):
        ids = document.require_reference("category", CATEGORY_REFERENCE)
        categories = Category.objects.visible_to(view.actor)
        values["category"] = view.one(categories.filter(pk=ids["category"]), "CATEGORY-1")
    return values


def _disk(told: dict[str, Any]) -> dict[str, Any]:
    """Raises Invalid (OVF-PACKAGE-5)."""
    name, sizes = told.get("diskFormatType") or "", {}
    if not isinstance(name, str) or len(name) > 32:  # noqa: PLR2004
        raise Invalid("diskFormatType: must be a word like QCOW2_SPARSE.", code="OVF-PACKAGE-5")
    for theirs, ours in (("diskFileSize", "file_size_bytes"), ("hdRequired", "virtual_size_bytes")):
        size = told.get(theirs) or 0
        if not isinstance(size, int) or not 0 <= size < 2**53:
            raise Invalid(f"{theirs}: must be a number of bytes.", code="GEN-2")
        sizes[ours] = size
    return {"label": str(told.get("label") or "")[:128], "format": name} | sizes
