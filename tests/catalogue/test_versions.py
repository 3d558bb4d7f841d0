"""Versions of templates: which one new machines get, how one follows another, and what is refused."""

import pytest
from django.urls import reverse

from catalogue.models import Template, TemplateLine
from catalogue.services import (
    add_version,
    delete_template,
    leave_versions,
    make_current_version,
    retire_version,
    take_back_version,
    update_template,
)
from catalogue.services.versions import WantedVersion
from compute.services import deploy, perform
from core.errors import Conflict, Invalid, PermissionRefused
from events.models import Event
from tests.api_user import ApiUser, codes, link
from tests.at_once import all_at_once
from tests.browsing import browser_of

HREF = "/api/admin/enterprises/{e}/datacenterrepositories/{d}/virtualmachinetemplates"


@pytest.fixture
def line(world, offers):
    """Debian, whose second version is the current one."""
    return follow(world, offers.template, offers.own_template("upload", description="July"))


def follow(world, template, new, **wanted):
    return add_version(actor=world.admin, template=template, new=new, wanted=WantedVersion(**wanted))


def numbers(template) -> list[tuple[int, bool]]:
    """The versions of the line, and which is the current one."""
    line = Template.objects.get(pk=template.pk).line
    return [(each.version, line.current_id == each.pk) for each in line.versions.order_by("version")]


def home(world) -> str:
    return HREF.format(e=world.acme.pk, d=world.datacenter.pk)


def test_a_new_version_takes_the_place_and_the_looks_of_the_one_before(world, offers):
    update_template(
        actor=world.cloud_admin, template=offers.template, scopes=[offers.region], icon="https://a/b.png",
        terms="Be kind.", vcpus=2,
    )  # fmt: skip
    new = follow(world, offers.template, offers.own_template("upload.ova", description="July", vcpus=4))

    assert numbers(new) == [(1, False), (2, True)]
    assert (new.name, new.icon, new.version_note) == ("Debian", "https://a/b.png", "July")
    assert list(new.scopes.all()) == [offers.region]
    assert (new.terms, new.vcpus) == ("", 4)
    assert [disk.path for disk in new.disks.all()] == ["upload.ova.qcow2"]
    kinds = Event.objects.filter(subject_id=new.pk, subject_type="template").values_list("kind", flat=True)
    assert {"template.version_added", "template.current_version_changed"} <= set(kinds)


def test_it_is_described_like_the_one_before_when_that_is_wanted(world, offers):
    update_template(
        actor=world.admin, template=offers.template, terms="Be kind.", vcpus=2, login_password="hunter2"
    )
    new = follow(world, offers.template, offers.own_template("u", vcpus=4), described_alike=True)

    new.refresh_from_db()
    offers.template.refresh_from_db()
    assert (new.terms, new.vcpus) == ("Be kind.", 2)
    assert new.sealed_login_password == offers.template.sealed_login_password
    assert "hunter2" not in str(list(Event.objects.values_list("changes", flat=True)))


def test_an_instance_becomes_a_version_and_keeps_to_no_master(world, offers, datacenter):
    instance = offers.own_template("snapshot", master=offers.template)
    new = follow(world, offers.template, instance)

    assert (new.master, numbers(new)) == (None, [(1, False), (2, True)])
    delete_template(actor=world.admin, template=offers.template)
    datacenter.work()
    assert numbers(new) == [(2, True)]


def test_an_older_version_becomes_the_current_one_again(world, offers, line):
    make_current_version(actor=world.admin, template=offers.template)
    assert numbers(line) == [(1, True), (2, False)]
    make_current_version(actor=world.admin, template=offers.template)
    changes = Event.objects.filter(kind="template.current_version_changed").order_by("id")
    assert [event.changes["current_version"] for event in changes] == [[1, 2], [2, 1]]


def test_numbers_are_never_given_twice(world, offers, line, datacenter):
    make_current_version(actor=world.admin, template=offers.template)
    delete_template(actor=world.admin, template=line)
    datacenter.work()
    third = follow(world, offers.template, offers.own_template("again"), becomes_current=False)
    assert numbers(third) == [(1, True), (3, False)]


def test_the_catalogue_shows_the_current_version_and_deploys_it(world, offers, line):
    world.virtual_datacenter(world.admin)
    browser = browser_of(world.admin)
    shown = browser.get(reverse("catalogue:templates")).context["templates"]
    assert [row["id"] for row in shown if row["name"] == "Debian"] == [line.pk]
    offered = [row["id"] for row in browser.get(reverse("compute:deploy")).context["templates"]]
    assert (line.pk in offered, offers.template.pk in offered) == (True, False)
    named = browser.get(f"{reverse('compute:deploy')}?template={offers.template.pk}")
    assert offers.template.pk in [row["id"] for row in named.context["templates"]]
    assert "version 1, not the current one" in named.content.decode()


def test_machines_keep_their_version_and_say_that_it_is_outdated(world, offers):
    machine = offers.machine_of(world.admin, offers.template, "old-1")
    line = follow(world, offers.template, offers.own_template("upload"))
    world.__dict__["template"] = line
    world.new_machine("new-1", actor=world.admin, appliance=machine.virtual_appliance)
    machine.refresh_from_db()
    assert machine.template == offers.template

    browser = browser_of(world.admin)
    page = browser.get(reverse("catalogue:template_tab", args=[line.pk, "machines"]))
    told = {row["name"]: (row["version"], row["outdated"]) for row in page.context["machines"]}
    assert told == {"old-1": (1, True), "new-1": (2, False)}
    overview = browser.get(reverse("compute:machine", args=[machine.pk])).content.decode()
    assert "outdated: new machines get version 2" in overview
    with pytest.raises(Conflict) as refused:
        delete_template(actor=world.admin, template=offers.template)
    assert refused.value.code == "VIMAGE-10"


def test_of_a_retired_version_nothing_new_is_made_but_its_machines_are_deployed(world, offers, datacenter):
    machine = offers.machine_of(world.admin, offers.template, "old-1")
    line = follow(world, offers.template, offers.own_template("upload"))
    retire_version(actor=world.admin, template=offers.template)

    with pytest.raises(Conflict) as refused:
        world.__dict__["template"] = Template.objects.get(pk=offers.template.pk)
        world.new_machine("another", actor=world.admin, appliance=machine.virtual_appliance)
    assert refused.value.code == "VERSION-RETIRED"
    with pytest.raises(Conflict) as refused:
        make_current_version(actor=world.admin, template=offers.template)
    assert refused.value.code == "VERSION-RETIRED"
    deploy(actor=world.admin, machine_id=machine.pk)
    datacenter.work()
    perform(actor=world.admin, machine_id=machine.pk, action_name="undeploy")
    datacenter.work()
    take_back_version(actor=world.admin, template=offers.template)
    make_current_version(actor=world.admin, template=offers.template)
    assert numbers(line) == [(1, True), (2, False)]


def test_the_current_version_stays_while_there_are_others(world, offers, line, datacenter):
    for act in (delete_template, leave_versions, retire_version):
        with pytest.raises(Conflict) as refused:
            act(actor=world.admin, template=line)
        assert refused.value.code == "VERSION-CURRENT"
    delete_template(actor=world.admin, template=offers.template)
    datacenter.work()
    delete_template(actor=world.admin, template=Template.objects.get(pk=line.pk))
    datacenter.work()
    assert not TemplateLine.objects.exists()
    assert not Template.objects.filter(name="Debian").exists()


def test_a_version_becomes_a_template_of_its_own_again(world, offers, line):
    left = leave_versions(actor=world.admin, template=offers.template)
    assert (left.line, left.version, left.name) == (None, None, "Debian (version 1)")
    alone = leave_versions(actor=world.admin, template=line)
    assert (alone.line, alone.name, TemplateLine.objects.count()) == (None, "Debian", 0)
    assert follow(world, left, alone).version == 2


def test_what_does_not_belong_together_is_no_version(world, offers, line):
    rivals = offers.own_template("theirs", enterprise=world.rival)
    other = offers.own_template("other")
    making = offers.own_template("making")
    Template.objects.filter(pk=making.pk).update(state="IN_PROGRESS")
    gone = offers.own_template("gone")
    gone.disks.update(state="UNAVAILABLE")
    refusals = [
        (world.admin, line, rivals, Conflict, "VIMAGE-9"),
        (world.cloud_admin, line, rivals, Invalid, "VERSION-ELSEWHERE"),
        (world.admin, line, offers.template, Conflict, "VERSION-TAKEN"),
        (world.admin, line, line, Conflict, "VERSION-TAKEN"),
        (world.admin, line, making, Conflict, "VIMAGE-15"),
        (world.admin, making, other, Conflict, "VIMAGE-15"),
        (world.admin, line, gone, Conflict, "VIMAGE-35"),
        (world.user, line, other, PermissionRefused, None),
        (world.rival_admin, line, rivals, Conflict, "VIMAGE-9"),
    ]
    for actor, template, new, error, code in refusals:
        with pytest.raises(error) as refused:
            add_version(actor=actor, template=template, new=new, wanted=WantedVersion())
        assert code in (None, refused.value.code)
    for act in (make_current_version, retire_version, take_back_version, leave_versions):
        with pytest.raises(Conflict) as refused:
            act(actor=world.admin, template=other)
        assert refused.value.code == "VERSION-NONE"
    assert numbers(line) == [(1, False), (2, True)]


def test_a_template_others_have_machines_of_is_no_version_of_what_they_do_not_see(world, offers):
    shared = offers.own_template("shared", shared=True)
    offers.machine_of(world.rival_admin, shared, "theirs-1")
    with pytest.raises(Conflict) as refused:
        follow(world, offers.template, shared)
    assert refused.value.code == "VIMAGE-70"
    shared.refresh_from_db()
    assert (shared.name, shared.shared, shared.line) == ("shared", True, None)


@pytest.mark.django_db(transaction=True)
def test_two_that_become_versions_at_once_get_two_numbers(world, offers):
    others = [offers.own_template(f"upload-{n}") for n in range(2)]

    outcomes = all_at_once([lambda new=new: follow(world, offers.template, new).pk for new in others])

    assert outcomes == {"done": 2}
    assert [number for number, _current in numbers(offers.template)] == [1, 2, 3]
    assert TemplateLine.objects.count() == 1
    assert sum(current for _number, current in numbers(offers.template)) == 1


def test_versions_by_rest(world, offers):
    anna, new = ApiUser(world.admin.nick), offers.own_template("upload")
    first = anna.get(f"{home(world)}/{offers.template.pk}").json()
    assert first["currentVersion"] is True and "version" not in first
    body = {
        "versionNote": "July",
        "links": [{"rel": "virtualmachinetemplate", "href": f"{home(world)}/{new.pk}"}],
    }
    kind = "application/vnd.abiquo.virtualmachinetemplaterequest+json"
    answer = anna.post(link(first, "versions"), body, content_type=kind)
    assert answer.status_code == 201, answer.content
    second = answer.json()
    assert (second["version"], second["versionNote"], second["name"]) == (2, "July", "Debian")
    assert (second["currentVersion"], second["retired"]) == (True, False)

    def listed(query=""):
        found = anna.get(f"{home(world)}{query}").json()["collection"]
        return sorted(int(each["id"]) for each in found if each["name"] == "Debian")

    assert listed() == [new.pk]
    assert listed("?versions=all") == [offers.template.pk, new.pk]
    assert listed(f"?id={offers.template.pk}") == [offers.template.pk]
    assert listed("?path=Debian.qcow2") == [offers.template.pk]
    both = anna.get(link(first, "versions")).json()["collection"]
    assert sorted(each["version"] for each in both) == [1, 2]

    path = f"{home(world)}/{offers.template.pk}"
    assert anna.post(f"{path}/action/retire").status_code == 204
    assert codes(anna.post(f"{path}/action/makecurrent")) == ["VERSION-RETIRED"]
    assert anna.delete(f"{path}/action/retire").status_code == 204
    assert anna.post(f"{path}/action/makecurrent").status_code == 204
    assert listed() == [offers.template.pk]
    assert anna.delete(f"{home(world)}/{new.pk}/action/versions").status_code == 204
    assert listed("?versions=all") == [offers.template.pk]


def test_versions_by_the_page(world, offers):
    browser, new = browser_of(world.admin), offers.own_template("upload", description="July")
    tab = reverse("catalogue:template_tab", args=[offers.template.pk, "versions"])
    assert "It has one version" in browser.get(tab).content.decode()
    add = reverse("catalogue:add_version", args=[offers.template.pk])
    assert "upload" in browser.get(add).content.decode()
    refused = browser.post(add, {"new": "999999"})
    assert refused.status_code == 404
    sent = browser.post(add, {"new": new.pk, "note": "August", "becomes_current": "1"})
    assert sent.headers["HX-Redirect"].endswith(f"/{new.pk}/versions/")
    for name, told in (
        ("retire_version", "Take back"),
        ("take_back_version", "Make it the current one"),
        ("make_current_version", "New machines get version 1."),
    ):
        browser.post(reverse(f"catalogue:{name}", args=[offers.template.pk]))
        seen = browser.get(reverse("catalogue:template_tab", args=[new.pk, "versions"])).content.decode()
        assert told in seen, name
    path = reverse("catalogue:leave_versions", args=[new.pk])
    assert "It becomes a template on its own" in browser.get(path).content.decode()
    assert browser.post(path).status_code in (204, 302)
    assert Template.objects.get(pk=new.pk).name == "Debian (version 2)"


def test_viewers_see_versions_and_change_none(world, offers, line):
    browser = browser_of(world.viewer)
    page = browser.get(reverse("catalogue:template_tab", args=[line.pk, "versions"])).content.decode()
    assert "Version 1" in page
    assert "Make it the current one" not in page
    browser.post(reverse("catalogue:make_current_version", args=[offers.template.pk]))
    assert numbers(line) == [(1, False), (2, True)]
    rival = browser_of(world.rival_admin)
    assert rival.get(reverse("catalogue:template_tab", args=[line.pk, "versions"])).status_code == 404
