"""Pictures of templates: taken in clean, used again, shown to whoever sees the template and nobody else."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from catalogue.models import Icon, Template
from catalogue.services import icons, update_template
from core.errors import Conflict, Invalid
from tests.api_user import ApiUser
from tests.browsing import browser_of


def picture(colour: str = "red", kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, kind)
    return out.getvalue()


def shown(world, template, data=None) -> str:
    """The address of the picture the template has then."""
    return update_template(actor=world.admin, template=template, picture=data or picture()).icon


def test_a_picture_is_drawn_anew_and_shown_in_the_catalogue(world, offers):
    address = shown(world, offers.template, picture(kind="JPEG") + b"<script>")

    browser = browser_of(world.user)
    answer = browser.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert Image.open(BytesIO(answer.content)).size == (64, 64)
    assert b"script" not in answer.content
    assert f'<img src="{address}"' in browser.get(reverse("catalogue:templates")).content.decode()


def test_a_picture_is_seen_by_those_who_see_a_template_with_it(world, offers):
    address = shown(world, offers.template)
    rival = browser_of(world.rival_admin)
    assert rival.get(address).status_code == 404
    update_template(actor=world.cloud_admin, template=offers.template, shared=True)
    assert rival.get(address).status_code == 200


def test_the_same_picture_is_kept_once_and_used_again(world, offers):
    other = offers.own_template("other")
    address = shown(world, offers.template)
    assert shown(world, other) == address
    assert Icon.objects.count() == 1
    third = update_template(actor=world.admin, template=offers.own_template("third"), icon=address)
    assert third.icon == address
    theirs = offers.own_template("theirs", enterprise=world.rival)
    with pytest.raises(Invalid) as refused:
        update_template(actor=world.rival_admin, template=theirs, icon=address)
    assert refused.value.code == "VIMAGE-12"


@pytest.mark.parametrize("data", (b"<svg onload='x'/>", b"", b"GIF89a", picture()[:60], b"\0" * 2_000_000))
def test_what_is_no_picture_is_refused(world, offers, data):
    with pytest.raises(Invalid) as refused:
        icons.take_icon(offers.template, data)
    assert refused.value.code == "VIMAGE-12"
    assert not Icon.objects.exists()


def test_pictures_that_nothing_shows_make_room_and_those_in_use_stay(world, offers, monkeypatch):
    monkeypatch.setattr(icons, "MOST_ICONS", 2)
    kept = shown(world, offers.template, picture("red"))
    other = offers.own_template("other")
    shown(world, other, picture("green"))
    update_template(actor=world.admin, template=other, icon="")
    last = shown(world, other, picture("blue"))
    assert set(Icon.objects.values_list("address", flat=True)) == {kept, last}
    with pytest.raises(Conflict) as refused:
        shown(world, offers.own_template("third"), picture("white"))
    assert refused.value.code == "ICONS-FULL"


def test_a_picture_is_uploaded_and_chosen_again_in_the_editor(world, offers):
    browser, edit = browser_of(world.admin), "catalogue:edit_template"

    def sent(template, **fields):
        form = browser.get(reverse(edit, args=[template.pk])).context["form"]
        values = {name: form[name].value() for name in form.fields if name != "picture"}
        values = {name: value for name, value in values.items() if value not in (None, False)}
        return browser.post(reverse(edit, args=[template.pk]), values | fields)

    upload = SimpleUploadedFile("logo.png", picture(), content_type="image/png")
    assert sent(offers.template, picture=upload).status_code == 302
    address = Template.objects.get(pk=offers.template.pk).icon
    assert sent(offers.template, description="as before").status_code == 302
    assert Template.objects.get(pk=offers.template.pk).icon == address

    other = offers.own_template("other")
    assert sent(other, used_picture=address).status_code == 302
    assert Template.objects.get(pk=other.pk).icon == address
    assert sent(other, used_picture="", icon="").status_code == 302
    assert Template.objects.get(pk=other.pk).icon == ""
    refused = sent(other, picture=SimpleUploadedFile("a.png", b"<svg/>", content_type="image/png"))
    assert refused.status_code == 409
    assert "no PNG, JPEG or WebP" in refused.content.decode()


def test_rest_tells_the_picture_and_takes_it_back(world, offers):
    address = shown(world, offers.template)
    anna = ApiUser(world.admin.nick)
    home = f"/api/admin/enterprises/{world.acme.pk}/datacenterrepositories/{world.datacenter.pk}"
    path = f"{home}/virtualmachinetemplates/{offers.template.pk}"
    document = anna.get(path).json()
    assert document["iconUrl"] == address
    assert anna.put(path, document).status_code == 200
    assert anna.put(path, document | {"iconUrl": "/catalogue/icons/none.png"}).status_code == 400
    assert Template.objects.get(pk=offers.template.pk).icon == address
