"""A template as one file, to be fetched from the appliance manager."""

from catalogue.api.resources.template import TEMPLATE_PATH
from core.api.fields import integer, iso_millis, text
from core.api.resource import Link, Resource

_OWNER = (
    TEMPLATE_PATH.replace("{enterprise_id}", "{template__enterprise_id}")
    .replace("{repository__datacenter_id}", "{template__repository__datacenter_id}")
    .replace("{id}", "{template_id}")
)
PACKAGE = Resource(
    name="virtualmachinetemplatepackage",
    path=f"{_OWNER}/action/export",
    fields=(
        text("state", help="IN_PROGRESS, DONE."),
        text("path", help="For action/requestdownload and the appliance manager's files/."),
        integer("fileSize", source="file_size_bytes", help="Bytes; while it is made, the most it may take."),
        text("sha256", show=lambda value: value or None),
        text("expirationDate", source="expires_at", show=lambda moment: moment and iso_millis(moment)),
    ),
    links=(
        Link("self", ".", "virtualmachinetemplatepackage"),
        Link("virtualmachinetemplate", _OWNER, "virtualmachinetemplate", titled_by="template__name"),
    ),
)
