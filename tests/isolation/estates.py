"""What four tenants own, so that every address can be asked about the things of each.

``own`` is where the actors are at home. ``closed`` lies in the same enterprise, in a virtual datacenter
that is not open to the restricted user. ``sibling`` is another enterprise of the scoped administrator's
scope, ``foreign`` one outside of it. Everything has a name with a canary of its estate.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from approvals.models import ApprovalRequest, ApprovalRule
from billing.models import PriceList
from catalogue.models import (
    Blueprint,
    FoundFile,
    Icon,
    Package,
    TemplateDefinition,
    TemplateDefinitionList,
    Upload,
)
from catalogue.services import create_category, register_template, repository_of
from compute.services import (
    create_virtual_appliance,
    create_virtual_datacenter,
    create_virtual_machine,
    deploy,
)
from consoles.models import ConsoleSession
from identity.federation.services import create_sign_in_provider
from infrastructure.models import (
    CloudCredentials,
    Datacenter,
    HardwareProfile,
    LocationLimit,
    NetworkServiceType,
    RemoteService,
)
from infrastructure.services import (
    add_datastore,
    create_datacenter,
    create_rack,
    open_to,
    register_host,
    register_remote_service,
)
from networking.models import AddressLease, Network, Nic
from notifications.models import MailMessage
from operations.models import Operation
from tenants.models import Enterprise, Role, User
from tenants.services import create_enterprise, create_user, load_scope
from tests.isolation.parameters import PLAIN
from tests.peers.certificates import issue
from tests.world import PASSWORD, World

RELATIONS = ("own", "closed", "sibling", "foreign")
SERVICES = ("VIRTUAL_FACTORY", "APPLIANCE_MANAGER", "DHCP_SERVICE", "VIRTUAL_SYSTEM_MONITOR")
DISK = {"format": "qcow2", "file_size_bytes": 1, "virtual_size_bytes": 1}


def canary(relation: str, part: str = "") -> str:
    """A text in the names of everything in the estate; ``part`` "inner" is its virtual datacenter."""
    return f"zq{relation}{part}zq"


@dataclass
class Place:
    """A datacenter with one host; ``ids`` are by kind of thing."""

    datacenter: Datacenter
    ids: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def made(cls, mark: str) -> "Place":
        datacenter = create_datacenter(actor=None, name=f"dc {mark}")
        for service in SERVICES:
            uri = "https://repository.invalid/am" if service == "APPLIANCE_MANAGER" else ""
            register_remote_service(actor=None, datacenter=datacenter, type=service, uri=uri)
        rack = create_rack(actor=None, datacenter=datacenter, name=f"rack {mark}")
        host = register_host(
            actor=None, rack=rack, name=f"host {mark}", hypervisor_type="KVM", driver="fake",
            uri="fake:///nowhere", vcpus=64, memory_mib=65536,
        )  # fmt: skip
        datastore = add_datastore(
            actor=None, host=host, name=f"store {mark}", path=f"/{mark}", size_mib=102400
        )
        return cls(
            datacenter,
            {
                "datacenter": datacenter.pk,
                "location": datacenter.pk,
                "rack": rack.pk,
                "host": host.pk,
                "datastore": datastore.pk,
                "found_file": FoundFile.objects.create(
                    repository=repository_of(datacenter), path=f"{mark}.qcow2", size_bytes=1
                ).pk,
                "remote_service": RemoteService.objects.filter(datacenter=datacenter).first().pk,
                "network_service_type": NetworkServiceType.objects.get(datacenter=datacenter).pk,
            },
        )


def estate(world: World, relation: str, enterprise: Enterprise, place: Place) -> dict[str, Any]:
    """The ids of everything one tenant owns, by kind of thing."""
    mark = canary(relation)
    open_to(actor=None, datacenter=place.datacenter, enterprise=enterprise)
    limit = LocationLimit.objects.get(enterprise=enterprise, datacenter=place.datacenter)
    outside = Network.objects.create(
        kind="EXTERNAL", enterprise=enterprise, datacenter=place.datacenter, name=f"outside {mark}",
        address="198.51.100.0", prefix_length=24, gateway="198.51.100.1",
    )  # fmt: skip
    user = create_user(
        actor=None, enterprise=enterprise, role=world.roles["ENTERPRISE_ADMIN"], nick=f"nick {mark}",
        password=PASSWORD, name=mark, email=f"{mark}@example.invalid",
    )  # fmt: skip
    role = Role.objects.create(name=f"role {mark}", enterprise=enterprise)
    return {
        "enterprise": enterprise.pk,
        "location_limit": limit.pk,
        "external_network": outside.pk,
        "mark": canary(relation, "inner" if relation == "closed" else "").removesuffix("zq"),
        "user": user.pk,
        "role": role.pk,
        "external_role": role.external_roles.create(name=f"group {mark}").pk,
        "scope": load_scope(f"scope {mark}").pk,
        **_credentials(user, mark),
        **place.ids,
        **_virtual(User.objects.actor(user.pk), enterprise, place, relation),
    }


def _credentials(user: User, mark: str) -> dict[str, Any]:
    soon = timezone.now() + timedelta(hours=1)
    application = user.applications.create(name=f"app {mark}", api_key=mark, sealed_secret="")
    token = user.personal_tokens.create(name=f"token {mark}", digest=mark, expires_at=soon)
    session = user.browser_sessions.create(
        session_key=mark, agent=f"agent {mark}", last_seen_at=timezone.now(), expires_at=soon
    )
    security_key = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": f"key {mark}", "credential": {}}
    )
    delegation = user.approval_delegations.create(deputy=user, starts_at=timezone.now(), ends_at=soon)
    rule = ApprovalRule.objects.create(enterprise=user.enterprise, name=f"rule {mark}")
    mail = MailMessage.objects.create(
        enterprise=user.enterprise, recipient=user.email, subject=f"mail {mark}", message_id=mark,
        due_at=soon, state="failed",
    )  # fmt: skip
    clouds = CloudCredentials.objects.create(enterprise=user.enterprise, provider=mark, access=mark)
    ssh_key = user.ssh_keys.create(name=f"key {mark}", line=f"ssh-ed25519 {mark}", kind="x", fingerprint=mark)
    return {
        "own_application": application.pk,
        "own_token": token.pk,
        "own_delegation": delegation.pk,
        "own_security_key": security_key.pk,
        "own_ssh_key": ssh_key.pk,
        "mail": mail.pk,
        "cloud_credentials": clouds.pk,
        "approval_rule": rule.pk,
        "application": application.pk,
        "personal_token": token.pk,
        "session": session.pk,
    }


def _virtual(admin: User, enterprise: Enterprise, place: Place, relation: str) -> dict[str, Any]:
    mark, outer = canary(relation, "inner"), canary(relation)
    vdc = create_virtual_datacenter(
        actor=admin, enterprise=enterprise, datacenter=place.datacenter, name=f"vdc {mark}",
        hypervisor_type="KVM",
    )  # fmt: skip
    appliance = create_virtual_appliance(actor=admin, virtual_datacenter=vdc, name=f"vapp {mark}")
    template = register_template(
        actor=None,
        enterprise=enterprise,
        datacenter=place.datacenter,
        name=f"tpl {outer}",
        disk=DISK | {"path": outer},
    )
    category = create_category(actor=admin, name=f"cat {outer}", enterprise=enterprise)
    machine = create_virtual_machine(
        actor=admin, virtual_appliance=appliance, template=template, name=f"vm {mark}"
    )
    operation = deploy(actor=admin, machine_id=machine.pk)
    making = Operation.objects.create(
        kind="virtual_appliance.materialise", resource_type="virtual_appliance", resource_id=appliance.pk,
        resource_name=appliance.name, enterprise_id=enterprise.pk, virtual_datacenter_id=vdc.pk,
        virtual_appliance_id=appliance.pk, status="succeeded",
    )  # fmt: skip
    request = ApprovalRequest.objects.create(
        operation_id=operation.pk, kind="deploy", enterprise=enterprise, virtual_datacenter_id=vdc.pk,
        resource_type="virtual_machine", resource_id=machine.pk, resource_name=str(machine),
        expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    Package.objects.create(
        template=template, enterprise=enterprise, state="DONE", path=f"{outer}.ova", file_size_bytes=1,
        expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    blueprint = Blueprint.objects.create(enterprise=enterprise, name=f"blueprint {outer}")
    content = {"machines": [{"label": f"label {outer}", "template": {"name": f"tpl {outer}"}}]}
    blueprint.default_version = blueprint.versions.create(number=1, content=content)
    blueprint.save()
    nic = Nic.objects.get(virtual_machine_id=machine.pk)
    definition = TemplateDefinition.objects.create(
        enterprise=enterprise,
        definition_list=TemplateDefinitionList.objects.create(enterprise=enterprise, name=f"list {outer}"),
        url="https://mirror.example/a.ova",
        name=f"definition {outer}",
    )
    console = ConsoleSession.objects.create(
        user=admin, virtual_machine=machine, session_hash=mark, last_seen_at=timezone.now()
    )
    return {
        "console_session": console.pk,
        "virtual_datacenter": vdc.pk,
        "virtual_appliance": appliance.pk,
        "virtual_machine": machine.pk,
        "category": category.pk,
        "picture": Icon.objects.create(
            enterprise=enterprise, address=f"/catalogue/icons/{outer}.png", digest=outer, png=b"PNG"
        ).uuid,
        "template": template.pk,
        "blueprint": blueprint.pk,
        "blueprint_version": blueprint.default_version_id,
        "upload": Upload.objects.create(
            enterprise=enterprise,
            repository=template.repository,
            name=f"upload {outer}",
            size_bytes=1,
            expires_at=timezone.now() + timedelta(hours=1),
        ).pk,
        "definition_list": definition.definition_list_id,
        "template_definition": definition.pk,
        "template_disk": template.disks.get().pk,
        **_catalogued(template, outer),
        "nic": nic.pk,
        "network": nic.network_id,
        "address": AddressLease.objects.get(nic=nic).pk,
        "disk": machine.disks.get().pk,
        "operation": operation.pk,
        "appliance_task": making.pk,
        "approval_request": request.pk,
    }


def _catalogued(template: Any, mark: str) -> dict[str, Any]:
    """What was done to a template and its repository on behalf of its enterprise."""
    disk = template.disks.get()
    conversion = disk.conversions.create(
        format="raw", path=f"raw {mark}", state="FINISHED", began_at=timezone.now()
    )
    ended = {"enterprise_id": template.enterprise_id, "status": "failed", "resource_name": mark}
    converting = Operation.objects.create(
        kind="template.convert_disk", resource_type="template", resource_id=template.pk,
        parameters={"conversion": conversion.pk, "disk": disk.pk}, **ended,
    )  # fmt: skip
    looking = Operation.objects.create(
        kind="template_repository.refresh", resource_type="template_repository",
        resource_id=template.repository_id, **ended,
    )  # fmt: skip
    return {
        "conversion": conversion.pk, "template_task": converting.pk, "repository_task": looking.pk,
    }  # fmt: skip


@pytest.fixture
def estates(world):
    """By relation, the ids of everything there."""
    acme, sibling, foreign = (
        world.acme,
        *(create_enterprise(actor=None, name=canary(n)) for n in RELATIONS[2:]),
    )
    home = Place.made("home")
    places = {"own": home, "closed": home} | {name: Place.made(canary(name)) for name in RELATIONS[2:]}
    owners = {"own": acme, "closed": acme, "sibling": sibling, "foreign": foreign}
    region = load_scope("region", enterprises=(acme, sibling))
    installation = _installation(world.cloud_admin)
    for name in ("own", "sibling"):
        places[name].datacenter.scopes.add(region)
    return {name: installation | estate(world, name, owners[name], places[name]) for name in RELATIONS}


@cache
def _certificate() -> str:
    """What the SAML provider signs with, in PEM; made once, since keys take a while."""
    with TemporaryDirectory() as directory:
        return issue(Path(directory), "localhost").certificate.read_text()


def _installation(root: User) -> dict[str, Any]:
    """What belongs to nobody; the providers are called as parameters.py says, and never answer."""
    openid = create_sign_in_provider(
        actor=root, kind="OPENID", name=PLAIN["provider_id"], is_enabled=True,
        parameters={"issuer": "https://127.0.0.1:1", "client_id": "matrix"},
    )  # fmt: skip
    create_sign_in_provider(
        actor=root, kind="SAML", name=PLAIN["organization_slug"], is_enabled=True,
        parameters={
            "entity_id": "matrix", "sso_url": "https://127.0.0.1:1/sso", "certificate": _certificate(),
        },
    )  # fmt: skip
    return {
        "sign_in_provider": openid.pk,
        "hardware_profile": HardwareProfile.objects.create(name="Matrix", vcpus=1, memory_mib=512).pk,
        "price_list": PriceList.objects.create(name="Matrix").pk,
    }
