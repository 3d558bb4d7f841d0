"""Persistent templates are refused in the dialect's words, for there are no volumes they could lie on."""

import pytest

from catalogue.models import Template
from tests.api_user import ApiUser, codes

KIND = "application/vnd.abiquo.virtualmachinetemplatepersistent+json"


def asked(world, nick, template=None, name="Data"):
    home = f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{world.datacenter.pk}"
    path = f"{home}/virtualmachinetemplates"
    links = [{"rel": "virtualmachinetemplate", "href": f"{path}/{template.pk}"}] if template else []
    body = {"persistentTemplateName": name, "links": links}
    answer = ApiUser(nick).post(path, body, content_type=KIND)
    return answer.status_code, codes(answer)


def test_none_is_made_and_the_reason_is_told(world, offers):
    before = Template.objects.count()
    assert asked(world, world.admin.nick, offers.template) == (409, ["PERSISTENT-5"])
    assert asked(world, world.admin.nick, offers.template, name=" ") == (404, ["PERSISTENT-3"])
    assert asked(world, world.admin.nick) == (409, ["PERSISTENT-8"])
    theirs = offers.own_template("theirs", enterprise=world.rival)
    assert asked(world, world.admin.nick, theirs) == (404, ["VIMAGE-0"])
    assert Template.objects.count() == before + 1


@pytest.mark.parametrize(("changes", "code"), (({"persistent": True}, "PERSISTENT-1"), ({}, "PERSISTENT-20")))
def test_what_could_not_be_one_anyway_is_told_first(world, offers, changes, code):
    Template.objects.filter(pk=offers.template.pk).update(**changes)
    offers.template.disks.update(optical=not changes)
    assert asked(world, world.admin.nick, offers.template)[1] == [code]
