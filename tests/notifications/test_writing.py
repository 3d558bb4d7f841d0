"""What is mailed is written down in the transaction that causes it, sealed, in the right look."""

import pytest
from django.db import transaction

from core.errors import DomainError
from notifications.letters import LETTERS
from notifications.models import MailMessage
from notifications.rendering import Body
from notifications.services import send_mail
from tenants.models import User
from tenants.services.identity import actor_by_id
from tests.notifications.letters import EXAMPLES


def body_of(message: MailMessage) -> Body:
    return Body.opened(message.sealed_body)


@pytest.mark.parametrize("template", sorted(LETTERS))
def test_every_mail_is_written_as_text_and_html_with_all_it_is_told(world, template):
    message = send_mail(template=template, to=world.user, context=EXAMPLES[template])

    body = body_of(message)
    told = [str(value) for name, value in EXAMPLES[template].items() if name in ("link", "code", "what")]
    assert message.subject and "\n" not in message.subject
    assert "Hello ulf" in body.text and "Hello ulf" in body.html
    assert all(value in body.text for value in told)
    assert "{{" not in body.text + body.html + message.subject


def test_what_tenants_wrote_is_escaped_in_html_and_left_alone_in_text(world):
    message = send_mail(template="approval_requested", to=world.user, context=EXAMPLES["approval_requested"])

    assert "deploy web &lt;1&gt;" in body_of(message).html
    assert "<1>" not in body_of(message).html
    assert "deploy web <1>" in body_of(message).text
    assert message.subject == "Ulf asks for approval: deploy web <1>"


def test_secrets_of_a_mail_stand_nowhere_in_its_row(world):
    for template in ("password_reset", "email_code"):
        send_mail(template=template, to=world.user, context=EXAMPLES[template])

    assert "canary" not in str(list(MailMessage.objects.values()))


def test_a_mail_is_taken_back_with_the_transaction_that_wrote_it(world):
    with pytest.raises(RuntimeError), transaction.atomic():
        send_mail(template="email_code", to=world.user, context=EXAMPLES["email_code"])
        raise RuntimeError("something else went wrong")

    assert MailMessage.objects.count() == 0


@pytest.mark.parametrize("wrong", [{}, {"link": "x"}, {"link": "x", "minutes": 1, "surplus": 1}])
def test_a_context_with_gaps_or_surplus_is_the_callers_mistake(world, wrong):
    with pytest.raises(ValueError, match="password_reset"):
        send_mail(template="password_reset", to=world.user, context=wrong)


def test_an_unknown_mail_is_the_callers_mistake(world):
    with pytest.raises(ValueError, match="no mail template"):
        send_mail(template="../base", to=world.user, context={})


@pytest.mark.parametrize(
    ("address", "code"),
    [("", "MAIL-2"), ("nobody", "MAIL-3"), ("a@example.org\nBcc: b@example.org", "MAIL-3")],
)
def test_what_is_no_address_gets_no_mail(world, address, code):
    with pytest.raises(DomainError) as refused:
        send_mail(template="email_code", to=address, context=EXAMPLES["email_code"])

    assert refused.value.code == code


def test_a_subject_stays_one_line_of_bearable_length(world):
    context = EXAMPLES["approval_expired"] | {"what": "web\r\nBcc: evil@example.org\n" + "x" * 400}

    message = send_mail(template="approval_expired", to=world.user, context=context)

    assert "\n" not in message.subject and "\r" not in message.subject
    assert len(message.subject) <= 200


def test_who_works_in_another_enterprise_gets_mails_of_their_own(world):
    User.objects.filter(pk=world.cloud_admin.pk).update(switched_to=world.acme)

    message = send_mail(template="test", to=actor_by_id(world.cloud_admin.pk), context=EXAMPLES["test"])

    assert message.enterprise_id == world.provider.pk
