"""A SAML provider described by an address: roll-over of its keys, what is refused, the last good one."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core.errors import Invalid
from core.outbound import OutboundError, Patience, get
from events.models import Event
from identity.federation.models import PublishedMetadata, SignInProvider
from identity.federation.saml.published import MetadataRefused, read_metadata
from identity.federation.services import metadata as refreshing
from identity.federation.services import refresh_due_metadata, refresh_metadata, update_sign_in_provider
from tests.browsing import browser_of
from tests.identity.federation.federated import nobody_came_of_it, signed_in_as
from tests.identity.federation.test_saml import AT, SILKE, begin, post
from tests.peers.saml_provider import ENTITY_ID, SLO_URL, SSO_URL, SamlProvider
from tests.peers.web_page import WebPage

pytestmark = pytest.mark.server
SHORT = Patience(connect_seconds=5, read_seconds=5, whole_seconds=0.5)


@pytest.fixture(scope="module")
def present(tmp_path_factory):
    return SamlProvider(tmp_path_factory.mktemp("present"))


@pytest.fixture(scope="module")
def coming(tmp_path_factory):
    """The same provider with the key it will use next."""
    return SamlProvider(tmp_path_factory.mktemp("coming"))


@pytest.fixture
def page(present):
    cache.clear()
    served = WebPage()
    served.body = present.metadata()
    yield served
    served.stop()


@pytest.fixture
def described(federated, page, present, coming):
    """The provider's row, which says where its description is."""
    row = federated.provider("SAML", "University", {"entity_id": ENTITY_ID, "metadata_url": page.url})
    for each in (present, coming):
        each.serve(Client().get(f"{AT}/metadata/").content)
    return row


def comes_in_by(provider) -> bool:
    """Whether somebody gets in by an assertion this one signed."""
    browser = Client()
    answer = post(browser, provider.answer(begin(browser), "silke-1", SILKE))
    return answer.status_code == 302 and signed_in_as(browser) == "silke"


def make_due(row: SignInProvider) -> None:
    PublishedMetadata.objects.filter(provider=row).update(due_at="2000-01-01T00:00:00Z")
    cache.clear()


def test_the_address_alone_is_enough(described, page, present):
    assert begin(Client()).startswith(SSO_URL)
    assert comes_in_by(present)
    assert page.asked == 1


def test_what_the_provider_itself_publishes_is_understood(present, described):
    found = read_metadata(present.own_metadata(), ENTITY_ID)

    assert (found.sso_url, len(found.certificates)) == (SSO_URL, 1)


def test_both_keys_serve_while_the_provider_changes_them_and_then_the_new_one(
    described, page, present, coming
):
    assert (comes_in_by(present), comes_in_by(coming)) == (True, False)

    page.body = present.metadata(present.certificate, coming.certificate)
    make_due(described)
    assert refresh_due_metadata() == 1
    assert (comes_in_by(present), comes_in_by(coming)) == (True, True)

    page.body = present.metadata(coming.certificate)
    make_due(described)
    refresh_due_metadata()
    assert (comes_in_by(present), comes_in_by(coming)) == (False, True)
    assert Event.objects.filter(kind="sign_in_provider.metadata_changed").count() == 3


def test_a_key_that_was_changed_without_notice_is_read_after_the_first_refusal(described, page, coming):
    page.body = coming.metadata()
    cache.clear()

    assert [comes_in_by(coming) for _time in range(2)] == [False, True]


def test_refusals_don_t_make_us_ask_all_the_time(described, page, coming):
    before = page.asked
    for _time in range(5):
        comes_in_by(coming)

    assert page.asked <= before + 1


def test_a_typed_second_certificate_serves_as_well(federated, present, coming):
    federated.saml(present.certificate, {"next_certificate": coming.certificate})
    for each in (present, coming):
        each.serve(Client().get(f"{AT}/metadata/").content)

    assert (comes_in_by(present), comes_in_by(coming)) == (True, True)


UNUSABLE = {
    "no XML": lambda provider: b"<html>",
    "nothing": lambda provider: b"",
    "another provider": lambda provider: provider.metadata().replace(b"idp.example/m", b"eve.example/m"),
    "no certificate": lambda provider: provider.metadata().replace(b'use="signing"', b'use="encryption"'),
    "a broken certificate": lambda provider: provider.metadata().replace(b"MII", b"AAA"),
    "an address in the clear": lambda provider: provider.metadata().replace(b"https://idp.example/sso", b"http://e.e"),
    "no address": lambda provider: provider.metadata().replace(b"HTTP-Redirect", b"SOAP"),
    "another protocol": lambda provider: provider.metadata().replace(b"2.0:protocol", b"1.1:protocol"),
    "ended": lambda provider: provider.metadata(validUntil="2020-01-01T00:00:00Z"),
    "an end that is no time": lambda provider: provider.metadata(validUntil="soon"),
    "an entity": lambda provider: provider.metadata().replace(
        b"<md:EntityDescriptor", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><md:EntityDescriptor'
    ),
    "too much": lambda provider: provider.metadata() + b" " * refreshing.MOST_BYTES,
}  # fmt: skip


@pytest.mark.parametrize("make", UNUSABLE.values(), ids=UNUSABLE)
def test_a_description_that_can_t_be_used_leaves_the_last_good_one(described, page, present, make):
    page.body = make(present)
    make_due(described)

    assert not refresh_metadata(provider=described)

    row = PublishedMetadata.objects.get()
    assert row.last_error and row.is_usable(page.url)
    assert comes_in_by(present)


@pytest.mark.parametrize("make", UNUSABLE.values(), ids=UNUSABLE)
def test_a_provider_that_never_said_anything_usable_is_told_in_words(federated, page, present, make):
    page.body = make(present)
    federated.provider("SAML", "University", {"entity_id": ENTITY_ID, "metadata_url": page.url})

    answer = Client().post(f"{AT}/login/")

    assert answer.status_code == 502
    assert "The provider can&#x27;t be reached" in answer.content.decode()
    assert Client().get("/accounts/login/").status_code == 200


@pytest.mark.parametrize("status", [301, 302, 404, 500])
def test_redirects_and_errors_are_not_followed_or_read(described, page, present, status):
    page.status, page.headers = status, {"Location": "http://127.0.0.1:1/"}

    assert not refresh_metadata(provider=described)
    assert str(status) in PublishedMetadata.objects.get().last_error
    assert comes_in_by(present)


def test_the_first_failure_is_an_event_and_the_next_are_not(described, page):
    page.status = 500
    for _time in range(3):
        refresh_metadata(provider=described)

    assert Event.objects.filter(kind="sign_in_provider.metadata_failed").count() == 1


def test_a_description_that_has_ended_serves_nobody(described, present):
    PublishedMetadata.objects.update(valid_until=datetime.now(UTC) - timedelta(seconds=1))
    described.parameters |= {"metadata_url": "http://127.0.0.1:1/"}
    described.save()
    browser = Client()

    assert browser.post(f"{AT}/login/").status_code == 502
    assert nobody_came_of_it(browser, "silke")


def test_what_another_address_published_does_not_serve(described, federated, page):
    update_sign_in_provider(
        actor=federated.world.cloud_admin,
        provider=described,
        parameters={"entity_id": ENTITY_ID, "metadata_url": "http://127.0.0.1:1/metadata"},
    )

    assert Client().post(f"{AT}/login/").status_code == 502


def test_an_answer_that_trickles_is_cut(page):
    page.pause_seconds = 0.2

    with pytest.raises(OutboundError):
        get(page.url, headers={}, allowed=lambda _address: True, patience=SHORT, most_bytes=10_000)


@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/metadata", "https://localhost/", "https://[::1]/", "https://0.0.0.0/"]
)
def test_a_description_is_not_read_from_the_server_s_own_surroundings(url):
    with pytest.raises(OutboundError, match="not a public address"):
        get(
            url, headers={}, allowed=refreshing._not_on_this_machine, patience=SHORT, most_bytes=10
        )  # fmt: skip


@pytest.mark.parametrize(
    "parameters",
    [
        {"metadata_url": "http://idp.example/metadata"},
        {"metadata_url": "https://idp.example/metadata", "sso_url": SSO_URL},
        {"metadata_url": "https://idp.example/metadata", "certificate": "A" * 200},
        {"sso_url": SSO_URL},
        {},
    ],
)
def test_either_the_address_or_all_of_the_rest_is_given(federated, parameters):
    with pytest.raises(Invalid):
        federated.provider("SAML", "University", {"entity_id": "e"} | parameters)


def bare(certificate: str) -> str:
    return "".join(certificate.strip().splitlines()[1:-1])


@pytest.fixture
def signing(federated, page, present):
    """The provider's row, which says by what its description is signed; the page shows such a one."""
    for_us = federated.provider("SAML", "University", {"entity_id": ENTITY_ID, "metadata_url": page.url})
    present.serve(Client().get(f"{AT}/metadata/").content)
    page.body = present.signed_metadata()
    return update_sign_in_provider(
        actor=federated.world.cloud_admin,
        provider=for_us,
        parameters=for_us.parameters | {"metadata_certificate": present.certificate, "sign_requests": True},
    )


def test_a_signed_description_is_taken_and_names_the_way_out_too(signing, present):
    assert refresh_metadata(provider=signing)
    assert comes_in_by(present)
    assert PublishedMetadata.objects.get().slo_url == SLO_URL


def changed(document: bytes, before: bytes, after: bytes) -> bytes:
    """The last of them changed: before it stands the signature, which brings a certificate of its own."""
    head, _before, tail = document.rpartition(before)
    return head + after + tail


UNSIGNED = {
    "no signature": lambda provider: provider.metadata(),
    "a changed address": lambda provider: changed(provider.signed_metadata(), b"idp.e", b"eve.e"),
    "a changed certificate": lambda provider: changed(provider.signed_metadata(), b"MII", b"MIJ"),
    "a later end": lambda provider: provider.signed_metadata(valid_until="2030-01-01T00:00:00Z").replace(
        b"2030-", b"2099-"
    ),
    "another root around it": lambda provider: wrapped(provider.signed_metadata()),
    "the signature of another part": lambda provider: provider.signed_metadata().replace(
        b'ID="described"', b'ID="other"'
    ),
    "twice the same name": lambda provider: provider.signed_metadata().replace(
        b"IDPSSODescriptor ", b'IDPSSODescriptor ID="described" ', 1
    ),
    "a weak algorithm": lambda provider: provider.signed_metadata().replace(
        b"2001/04/xmldsig-more#rsa-sha256", b"2000/09/xmldsig#rsa-sha1"
    ),
}  # fmt: skip


def wrapped(document: bytes) -> bytes:
    """Signature wrapping: the signed description within one that nobody signed."""
    names = b'<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">'
    return names + document.partition(b"?>")[2] + b"</md:EntitiesDescriptor>"


@pytest.mark.parametrize("make", UNSIGNED.values(), ids=UNSIGNED)
def test_a_description_that_is_not_signed_as_was_said_is_not_taken(signing, page, present, make):
    before = page.body
    page.body = make(present)
    assert page.body != before

    assert not refresh_metadata(provider=signing)
    assert "sign" in PublishedMetadata.objects.get().last_error


def test_a_description_signed_by_somebody_else_is_not_taken(signing, page, present, coming):
    coming.serve(Client().get(f"{AT}/metadata/").content)
    page.body = coming.signed_metadata()

    assert not refresh_metadata(provider=signing)


def test_a_file_describes_the_provider_as_well(federated, present):
    made = federated.provider("SAML", "University", {"entity_id": ENTITY_ID}, metadata=present.metadata())
    present.serve(Client().get(f"{AT}/metadata/").content)

    assert made.parameters["certificate"] == bare(present.certificate)
    assert comes_in_by(present)


def test_a_file_that_can_t_be_used_makes_no_provider(federated, present):
    for name, make in UNUSABLE.items():
        if name not in ("nothing", "too much"):
            with pytest.raises(Invalid, match="can't be used"):
                federated.provider("SAML", "University", {"entity_id": ENTITY_ID}, metadata=make(present))
    assert not SignInProvider.objects.exists()


def test_the_back_office_takes_a_file_and_says_what_is_wrong_with_one(federated, present):
    browser = browser_of(federated.world.cloud_admin)
    form = {
        "kind": "SAML", "name": "University", "slug": "university", "is_enabled": "on", "mail_domains": "",
        "parameters": json.dumps({"entity_id": ENTITY_ID}), "enterprise_rule": "name", "creates_users": "on",
    }  # fmt: skip
    address = "/admin/identity/signinprovider/add/"

    wrong = browser.post(address, form | {"metadata": SimpleUploadedFile("m.xml", b"<html>")})
    long = browser.post(address, form | {"metadata": SimpleUploadedFile("m.xml", b" " * 2_100_000)})
    right = browser.post(address, form | {"metadata": SimpleUploadedFile("m.xml", present.metadata())})

    assert "The file of metadata can&#x27;t be used: it is no XML" in wrong.content.decode()
    assert "more than 2 MiB" in long.content.decode()
    assert right.status_code == 302
    assert SignInProvider.objects.get().parameters["sso_url"] == SSO_URL


def test_a_file_with_more_certificates_than_are_typed_is_told_with_numbers(
    federated, present, coming, tmp_path
):
    third = SamlProvider(tmp_path)
    document = present.metadata(present.certificate, coming.certificate, third.certificate)

    with pytest.raises(Invalid, match="names 3 signing certificates; a file may name 2"):
        federated.provider("SAML", "University", {"entity_id": ENTITY_ID}, metadata=document)


def test_two_descriptions_of_one_provider_are_refused(present):
    one = present.metadata().partition(b"?>")[2].decode()
    names = 'xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
    both = f"<md:EntitiesDescriptor {names}>{one}{one}</md:EntitiesDescriptor>"

    with pytest.raises(MetadataRefused, match="2 times"):
        read_metadata(both.encode(), ENTITY_ID)
    assert read_metadata(both.replace(one, "", 1).encode(), ENTITY_ID).sso_url == SSO_URL
