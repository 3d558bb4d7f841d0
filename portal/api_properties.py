"""System properties over REST."""

from django.utils.translation import gettext as _

from core.api.document import Document
from core.api.errors import invalid
from core.api.fields import integer, text
from core.api.resource import Link, Resource, Row
from core.api.verbs import speaks
from core.api.views import DialectView
from core.errors import Conflict
from identity.services.policy import CONFIGURE
from portal import system_properties

LONGEST = 1000
PROPERTY = Resource(
    name="systemproperty",
    collection="systemproperties",
    path="/config/properties/{id}",
    fields=(
        integer("id"),
        text("name", writes="name", most=LONGEST),
        text("value", writes="value", most=LONGEST, required=True),
    ),
    links=(Link("edit", ".", "systemproperty", titled_by="name"),),
)


class PropertyView(DialectView):
    """What the list and the single property share."""

    def property_row(self, pk: int) -> Row:
        """Raises NotFound."""
        return self.among(system_properties.rows(), pk, "SYSPROP-0")

    def sorted_out(self) -> list[Row]:
        """Those that the query parameters ask for."""
        name, component = self.params.get("name"), self.params.get("component")
        return [
            row
            for row in system_properties.rows()
            if (not name or row["name"] == name)
            if (not component or row["name"].startswith(f"{component}."))
        ]


class Properties(PropertyView):
    @speaks(
        "What the installation is set to",
        answers=(PROPERTY,),
        many=True,
        parameters={"name": "The one of this name.", "component": "Those whose names begin so: client.main"},
    )
    def get(self, request):
        return self.whole(self.sorted_out(), PROPERTY)

    @speaks(
        "Set several properties, all or none; what is not named stays",
        answers=(PROPERTY,),
        accepts=("systemproperties",),
        many=True,
        privilege=CONFIGURE,
    )
    def put(self, request):
        system_properties.change(actor=self.actor, values=values_in(self.document()))
        return self.whole(self.sorted_out(), PROPERTY)

    @speaks(
        "Always refused: there is no property but those that stand for a setting",
        answers=(PROPERTY,),
        accepts=(PROPERTY,),
        status=201,
        privilege=CONFIGURE,
    )
    def post(self, request):
        name = PROPERTY.read(self.document()).get("name", "")
        if any(row["name"] == name for row in system_properties.rows()):
            raise Conflict(_("There is a property %(name)s already.") % {"name": name}, code="SYSPROP-1")
        raise Conflict(
            _("Properties can't be added: each stands for a setting of the product."),
            remedy=_("Keep texts of your own in the properties of an enterprise."),
        )


class OneProperty(PropertyView):
    @speaks("One setting of the installation", answers=(PROPERTY,))
    def get(self, request, property):
        return self.answer(PROPERTY, self.property_row(property))

    @speaks("Set a property", answers=(PROPERTY,), accepts=(PROPERTY,), privilege=CONFIGURE)
    def put(self, request, property):
        name = self.property_row(property)["name"]
        value = PROPERTY.read(self.document(), creating=True)["value"]
        system_properties.change(actor=self.actor, values={name: value})
        return self.answer(PROPERTY, self.property_row(property))

    @speaks("Always refused: what stands for a setting stays", status=204, privilege=CONFIGURE)
    def delete(self, request, property):
        found = self.property_row(property)
        raise Conflict(
            _("%(name)s stands for a setting of the product and can't be deleted.") % {"name": found["name"]},
            remedy=_("Set it to another value."),
        )


def values_in(document: Document) -> dict[str, str]:
    """The values in a collection of properties, by name. Raises Invalid (GEN-2), Problems."""
    listed = document.get("collection")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise invalid("collection", _("must be a list of objects."))
    read = [PROPERTY.read(Document(each), creating=True) for each in listed]
    if not all(each.get("name") for each in read):
        raise invalid("name", _("is needed."))
    return {each["name"]: each["value"] for each in read}
