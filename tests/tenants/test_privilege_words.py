"""What privileges are called: each has words of its own, and stands in exactly one group."""

import csv
from collections import Counter

from tenants.privilege_words import GROUPS, WORDS, help_of, title_of
from tenants.services.default_roles import SOURCE
from tenants.ui.privilege_groups import difference, groups_of
from tests.browsing import browser_of

LONGEST_TITLE = 48


def known() -> list[str]:
    with SOURCE.open(newline="") as source:
        return [row["privilege"] for row in csv.DictReader(source, delimiter="\t")]


def test_every_privilege_has_words_and_stands_in_one_group():
    assert Counter(name for group in GROUPS for name in group.privileges) == Counter(known())


def test_titles_are_short_and_unlike_each_other_and_sentences_say_more():
    titles = Counter(title_of(name) for name in WORDS)
    assert [title for title, number in titles.items() if number > 1 or len(title) > LONGEST_TITLE] == []
    for name in WORDS:
        assert "_" not in title_of(name) and help_of(name).endswith("."), name
        assert help_of(name).rstrip(".").lower() != title_of(name).lower(), name


def test_what_has_no_words_yet_goes_by_its_name():
    assert (title_of("BRAND_NEW"), help_of("BRAND_NEW")) == ("BRAND_NEW", "")


def test_the_editor_shows_every_privilege_once(world):
    shown = [line.name for group in groups_of(world.cloud_admin, set()) for line in group.lines]
    assert Counter(shown) == Counter(known())


def test_a_privilege_without_words_is_shown_in_the_group_it_came_with(world):
    world.cloud_admin.role.privileges.create(name="BRAND_NEW", group="Novelties")

    groups = {group.name: group.lines for group in groups_of(world.cloud_admin, set())}

    assert [line.title for line in groups["Novelties"]] == ["BRAND_NEW"]


def test_the_editor_the_difference_and_the_explanation_use_the_same_words(world):
    client = browser_of(world.cloud_admin)
    role, other = world.roles["USER"], world.roles["ENTERPRISE_ADMIN"]
    told = difference(world.cloud_admin, role, other).only_there

    editor = client.get("/people/roles/new/").content.decode()
    compared = client.get(f"/people/roles/{role.id}/?other={other.id}").content.decode()
    why = client.get("/why/?what=USERS_MANAGE_USERS").content.decode()

    assert "Manage users" in {line.title for line in told}
    for page in (editor, compared, why):
        assert "Manage users" in page and "Users manage users" not in page
