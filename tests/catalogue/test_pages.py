"""The catalogue's pages: for every role, narrowed, in words, and without a trace of others."""

import pytest
from django.urls import reverse

from catalogue import services
from catalogue.models import Category, Template
from events.models import Event
from tests.browsing import browser_of
from tests.catalogue.offers import disk

ROLES = ("cloud_admin", "admin", "user", "viewer")
PARTS = ("disks", "machines", "sharing", "history")


def text_of(response) -> str:
    return response.content.decode()


def pages_of(template) -> list[str]:
    return [
        reverse("catalogue:templates"),
        reverse("catalogue:templates") + "?view=list",
        reverse("catalogue:categories"),
        reverse("catalogue:repositories"),
        reverse("catalogue:template", args=[template.id]),
        *(reverse("catalogue:template_tab", args=[template.id, part]) for part in PARTS),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_look_at_the_catalogue(world, offers, role):
    browser = browser_of(getattr(world, role))

    statuses = {path: browser.get(path).status_code for path in pages_of(offers.template)}

    assert set(statuses.values()) == {200}, statuses


def test_another_enterprise_finds_no_page_of_a_template(world, offers):
    browser = browser_of(world.rival_admin)
    names = ("template", "edit_template", "delete_template", "delete_template_files")
    paths = [reverse(f"catalogue:{name}", args=[offers.template.id]) for name in names]

    assert {browser.get(path).status_code for path in paths} == {404}
    assert "Debian" not in text_of(browser.get(reverse("catalogue:templates")))


@pytest.mark.parametrize("view", ("cards", "list"))
@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    (
        ("q=deb", "Debian", "Win"),
        ("q=nothing+like+it", "No template matches", "Debian"),
        ("family=windows", "Win", "Debian"),
        ("family=linux", "Debian", "Win"),
        ("format=vmdk", "No template matches", "Debian"),
        ("format=qcow2", "Debian", "No template"),
        ("offer=own", "Debian", "No template"),
        ("offer=offered", "No template matches", "Debian"),
        ("offer=instances", "No template matches", "Debian"),
        ("state=FAILED", "No template matches", "Debian"),
        ("category=999999", "No template matches", "Debian"),
        ("category=nonsense&location=&family=x&format=y", "Debian", "No template"),
    ),
)
def test_the_list_is_narrowed_by_what_is_chosen(world, offers, view, query, shown, hidden):
    offers.own_template("Winner", os_type="WINDOWS_8_64")
    browser = browser_of(world.user)

    told = text_of(
        browser.get(
            f"{reverse('catalogue:templates')}?view={view}&{query}", headers={"HX-Target": "templates"}
        )
    )

    assert shown in told
    assert hidden not in told


def test_many_templates_come_in_pages(world, offers):
    Template.objects.bulk_create(
        Template(name=f"many-{n:03}", enterprise=world.acme, repository=offers.template.repository)
        for n in range(100)
    )
    browser, path, seen = browser_of(world.user), reverse("catalogue:templates"), 0
    for _page in range(4):
        answer = browser.get(path)
        seen += text_of(answer).count("template-card")
        following = answer.context["rows"].next_key
        path = f"{reverse('catalogue:templates')}?after={following}"
        if not following:
            break

    assert seen == 101


def edited(browser, template, **fields):
    form = browser.get(reverse("catalogue:edit_template", args=[template.id])).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)} | fields
    return browser.post(reverse("catalogue:edit_template", args=[template.id]), sent)


def test_an_administrator_edits_what_is_said_of_a_template(world, offers):
    answer = edited(
        browser_of(world.admin), offers.template, description="bookworm", vcpus_max=4, terms="Be kind.",
        variables="ROLE=web\nPATH_X=a=b", login_password="hunter2",
    )  # fmt: skip

    assert answer.status_code == 302
    template = Template.objects.get(pk=offers.template.pk)
    assert (template.description, template.vcpus_max, template.terms) == ("bookworm", 4, "Be kind.")
    assert template.variables == {"ROLE": "web", "PATH_X": "a=b"}
    assert template.sealed_login_password
    told = text_of(browser_of(world.admin).get(reverse("catalogue:template", args=[template.id])))
    assert "up to 4" in told
    assert "hunter2" not in told


def test_leaving_the_password_empty_keeps_it_and_the_box_removes_it(world, offers):
    services.update_template(actor=world.admin, template=offers.template, login_password="hunter2")
    browser = browser_of(world.admin)

    edited(browser, offers.template, name="Debian 12")
    assert Template.objects.get(pk=offers.template.pk).sealed_login_password
    edited(browser, offers.template, removes_password="on")
    assert not Template.objects.get(pk=offers.template.pk).sealed_login_password


@pytest.mark.parametrize(
    ("fields", "words"),
    (
        ({"vcpus": 4, "vcpus_max": 2}, "more than the 2"),
        ({"variables": "no sign"}, "NAME=value"),
        ({"icon": "javascript:alert(1)"}, "https://"),
        ({"generates_password": "on"}, "set up by"),
        ({"name": ""}, "required"),
    ),
)
def test_a_mistake_is_told_beside_its_field(world, offers, fields, words):
    answer = edited(browser_of(world.admin), offers.template, **fields)

    assert answer.status_code == 409
    assert words in text_of(answer)


def test_who_administers_one_enterprise_is_not_offered_to_share(world, offers):
    path = reverse("catalogue:edit_template", args=[offers.template.id])

    assert "scopes" not in browser_of(world.admin).get(path).context["form"].fields
    assert "scopes" in browser_of(world.cloud_admin).get(path).context["form"].fields


def test_sharing_by_the_form_shows_on_the_page(world, offers):
    edited(browser_of(world.cloud_admin), offers.template, scopes=[offers.region.pk])

    page = browser_of(world.cloud_admin).get(
        reverse("catalogue:template_tab", args=[offers.template.id, "sharing"])
    )
    assert "region" in text_of(page)


def test_machines_of_a_template_are_shown_to_who_may_see_them(world, offers):
    services.update_template(actor=world.cloud_admin, template=offers.template, shared=True)
    offers.machine_of(world.admin, offers.template, "ours-1")
    offers.machine_of(world.rival_admin, offers.template, "theirs-1")
    path = reverse("catalogue:template_tab", args=[offers.template.id, "machines"])

    told = text_of(browser_of(world.user).get(path))
    assert "ours-1" in told
    assert "theirs-1" not in told
    assert "1 more machine," in told
    told = text_of(browser_of(world.rival_admin).get(path))
    assert "theirs-1" in told
    assert "more machine" not in told


def test_a_template_is_deleted_from_its_page(world, offers, datacenter):
    browser, path = browser_of(world.admin), reverse("catalogue:delete_template", args=[offers.template.id])

    words = text_of(browser.get(path))
    assert "Disk 1: a file of 16 MiB" in words and "Debian.qcow2" not in words
    assert browser.post(path).status_code == 200
    datacenter.work()

    assert not Template.objects.filter(pk=offers.template.pk).exists()


def test_categories_are_made_changed_and_deleted_by_pages(world, offers):
    browser = browser_of(world.admin)

    made = browser.post(reverse("catalogue:create_category"), {"name": "Ours", "enterprise": world.acme.pk})
    assert made.status_code == 302
    category = Category.objects.get(name="Ours")
    assert category.enterprise == world.acme
    path = reverse("catalogue:edit_category", args=[category.pk])
    browser.post(path, {"name": "Ours alone", "enterprise": world.acme.pk})
    assert "Ours alone" in text_of(browser.get(reverse("catalogue:categories")))
    refused = browser.post(path, {"name": "Ours alone"})
    assert refused.status_code == 409
    browser.post(reverse("catalogue:delete_category", args=[category.pk]))
    assert not Category.objects.filter(pk=category.pk).exists()


def test_the_room_of_a_repository_is_drawn_for_who_may_see_it(world, offers):
    repository = offers.template.repository
    repository.capacity_mib, repository.remaining_mib = 4096, 1024
    repository.save()

    assert "of 4 GiB" in text_of(browser_of(world.cloud_admin).get(reverse("catalogue:repositories")))
    assert "of 4 GiB" not in text_of(browser_of(world.user).get(reverse("catalogue:repositories")))


def test_who_may_see_limits_is_told_how_much_of_the_own_one_is_used(world, offers):
    world.acme.repository_mib_hard = 7168
    world.acme.save()

    page = text_of(browser_of(world.admin).get(reverse("catalogue:repositories")))

    assert "In use by Acme" in page
    assert "of 7 GiB" in page
    assert "In use by" not in text_of(browser_of(world.viewer).get(reverse("catalogue:repositories")))


def test_an_empty_catalogue_leads_those_who_may_to_their_first_template(world):
    Template.objects.all().delete()
    first_step = "Upload the first template"

    assert first_step in text_of(browser_of(world.admin).get(reverse("catalogue:templates")))
    assert first_step not in text_of(browser_of(world.viewer).get(reverse("catalogue:templates")))


def test_the_second_disk_becomes_the_one_to_boot_from(world, offers):
    template = services.register_template(
        actor=None, enterprise=world.acme, datacenter=world.datacenter, name="two",
        disk=[disk("a.qcow2"), disk("b.qcow2")],
    )  # fmt: skip
    second = template.disks.get(path="b.qcow2")

    browser_of(world.admin).post(reverse("catalogue:move_disk", args=[template.pk, second.pk]))

    assert template.disks.order_by("position").first() == second


def test_who_makes_machines_may_ask_for_the_password_and_it_is_written_down(world, offers):
    services.update_template(actor=world.admin, template=offers.template, login_password="hunter2 of Acme")
    path = reverse("catalogue:login_password", args=[offers.template.id])

    shown = browser_of(world.user).post(path)
    assert "hunter2 of Acme" in text_of(shown)
    assert shown["Cache-Control"] == "no-store"
    (event,) = Event.objects.filter(kind="template.password_shown")
    assert event.actor_name == "ulf"

    assert browser_of(world.viewer).post(path).status_code == 403
    assert browser_of(world.rival_admin).post(path).status_code == 404
    assert browser_of(world.user).get(path).status_code == 405
