"""A provider, its reseller and two customers, by nothing but their browsers: who sets up whom, who sees
what, how limits stop a deployment, and how an approval travels. What one test made, the next goes on with.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.acceptance.browser import browser_page, fill, follow, press, shoot, sign_in
from tests.acceptance.embedded import Embedded
from tests.notifications.post_office import PATIENCE_SECONDS, PostOffice

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OPERATOR = "operator"
RESELLER, RESELLER_ROLE = "Northwind Hosting", "Reseller administrator"
PRODUCT, ACCENT, FOOTER = "Northwind Cloud", "#7a1fa2", "Northwind Hosting, Harbour Road 1"
NOT_FOR_RESELLERS = ("SYSCONFIG_VIEW", "SYSCONFIG_ALLOW_MODIFY", "USERS_MANAGE_SYSTEM_ROLES")
SOFT_VCPUS, HARD_VCPUS = 2, 4
LIMITS = {"vcpus_soft": SOFT_VCPUS, "vcpus_hard": 8, "machines_soft": 8, "machines_hard": 10}
LIMITS_THERE = {"vcpus_soft": HARD_VCPUS, "vcpus_hard": HARD_VCPUS}
MAIL_LOGIN = ("northwind", "mail-5ecret")
FIRST_PASSWORD, OWN_PASSWORD = "Given-By-Others-1", "Known-2-Me-Only!"
TILL_REASON = "Queues in front of the shop"
ON_WITHIN_MS = 90_000


@dataclass(frozen=True)
class Customer:
    """One enterprise beneath the reseller, and its people."""

    name: str
    admin: str
    user: str
    role: str
    appliance: str


BAKERY = Customer("Harbour Bakery", "hanna", "hugo", "Shop keeper", "Webshop")
FORGE = Customer("Quiet Forge", "quentin", "quirin", "Smith", "Catalogue of blades")
NORA = "nora"


@dataclass
class Story:
    """The installation, the mail server, and the passwords as they are now."""

    stack: Embedded
    office: PostOffice
    passwords: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def visit(self, nick: str, path: str = "/") -> Iterator[Page]:
        """A browser of one's own, signed in."""
        with browser_page() as page:
            sign_in(page, self.stack.url, nick, self.passwords[nick])
            if path != "/":
                page.goto(self.stack.url + path)
            yield page


@pytest.fixture(scope="module")
def story():
    directory = Path(tempfile.mkdtemp(prefix="atrium-tenants-"))
    stack = Embedded(directory / "data", HYPERVISOR="simulated", ATRIUM_MAIL_PRIVATE_HOSTS="1")
    try:
        with PostOffice(login=MAIL_LOGIN) as office:
            stack.start()
            yield Story(stack, office, dict(stack.users))
    finally:
        stack.stop()
        shutil.rmtree(directory, ignore_errors=True)


def new_scope(page: Page, url: str, **values) -> None:
    page.goto(f"{url}/people/scopes/new/")
    fill(page, **values)
    shoot(page, "tenants-scope")
    press(page, "Create")


def new_enterprise(page: Page, **values) -> None:
    """From the tree; the page of the new enterprise is open afterwards."""
    page.get_by_role("link", name="Tenants", exact=True).first.click()
    page.get_by_role("link", name="New enterprise").click()
    fill(page, **values)
    press(page, "Create")
    expect(page.get_by_role("heading", level=1)).to_contain_text(values["name"])


def copy_role(
    page: Page, url: str, source: str, *, name: str, without: tuple[str, ...] = (), **values
) -> None:
    page.goto(f"{url}/people/roles/")
    page.get_by_role("main").get_by_role("link", name=source, exact=True).click()
    follow(page, "Copy")
    fill(page, name=name, **values)
    for privilege in without:
        page.get_by_label("Search privileges").fill(privilege)
        page.locator(f"input[value={privilege}]").uncheck()
    page.get_by_label("Search privileges").fill("")
    shoot(page, f"tenants-role-{name.split()[0].lower()}")
    press(page, "Create")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def new_user(page: Page, enterprise: str, **values) -> None:
    """From the enterprise's tab of users."""
    open_enterprise(page, enterprise, "Users")
    follow(page, "New user")
    fill(page, password=FIRST_PASSWORD, email=f"{values['nick']}@example.org", **values)
    shoot(page, f"tenants-user-{values['nick']}")
    press(page, "Create")
    expect(page.get_by_role("heading", level=1)).to_contain_text(values["name"])


def open_enterprise(page: Page, name: str, tab: str) -> None:
    page.get_by_role("link", name="Tenants", exact=True).first.click()
    page.get_by_label("Search tenants").fill(name)
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    page.get_by_label("Parts of the enterprise").get_by_role("link", name=tab, exact=True).click()


def first_sign_in(story: Story, page: Page, nick: str) -> None:
    """With the password somebody else gave, which has to be changed before anything is shown."""
    page.goto(story.stack.url)
    page.get_by_label("User name").fill(nick)
    page.get_by_label("Password", exact=True).fill(FIRST_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/password/change/")
    page.goto(f"{story.stack.url}/machines/")
    page.wait_for_url("**/accounts/password/change/")
    fill(page, oldpassword=FIRST_PASSWORD, password1=OWN_PASSWORD, password2=OWN_PASSWORD)
    shoot(page, f"tenants-first-sign-in-{nick}")
    page.get_by_role("button", name="Change password").click()
    page.wait_for_url(re.compile(r"/(account/security/)?$"))
    story.passwords[nick] = OWN_PASSWORD


def accent(page: Page) -> str:
    return page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--tblr-primary').trim()"
    )


def ask_for_machine(page: Page, url: str, *, name: str, vcpus: int, appliance: str) -> None:
    page.goto(f"{url}/machines/deploy/")
    page.locator("[name=size][value=custom]").check()
    fill(page, vcpus=vcpus, memory_mib=128, name=name)
    page.locator("#id_virtual_appliance").select_option(label=appliance)
    page.locator("#plan-body .plan").wait_for()
    page.wait_for_load_state("networkidle")


def deploy_button(page: Page):
    return page.locator("#plan-body").get_by_role("button", name="Deploy", exact=True)


def state(page: Page):
    return page.locator("#machine-header [data-state-of] [data-state]").first


def test_the_provider_sets_up_a_reseller(story):
    url = story.stack.url
    with story.visit(OPERATOR) as page:
        new_scope(page, url, name=RESELLER, locations=["Local"])
        new_enterprise(page, name=RESELLER, default_scope=RESELLER, is_reseller=True)
        copy_role(page, url, "CLOUD_ADMIN", name=RESELLER_ROLE, without=NOT_FOR_RESELLERS, enterprise="")
        new_user(
            page, RESELLER, nick=NORA, name="Nora", surname="Northwind", role=RESELLER_ROLE, scope=RESELLER
        )
        open_enterprise(page, RESELLER, "Theme")
        fill(page, name="Violet", product_name=PRODUCT, accent_light=ACCENT, footer_text=FOOTER)
        page.locator("#look-preview").get_by_text(PRODUCT).first.wait_for()
        shoot(page, "tenants-theme")
        press(page, "Save theme")
        open_enterprise(page, RESELLER, "Mail")
        follow(page, "Set up")
        fill(
            page, host="127.0.0.1", port=story.office.port, security="none",
            username=MAIL_LOGIN[0], password=MAIL_LOGIN[1],
            from_address="cloud@northwind.example", from_name=PRODUCT,
        )  # fmt: skip
        shoot(page, "tenants-mail-server")
        press(page, "Save")
        page.get_by_role("button", name="Send a test mail to me").click()
        expect(page.locator("#trial")).to_contain_text("The server took a mail")
        shoot(page, "tenants-mail")

    assert story.office.took.acquire(timeout=PATIENCE_SECONDS)


def test_the_reseller_sets_up_two_customers(story):
    with browser_page() as page:
        first_sign_in(story, page, NORA)
        page.goto(story.stack.url)
        assert accent(page) == ACCENT
        expect(page.get_by_role("link", name=PRODUCT).first).to_be_visible()
        shoot(page, "tenants-reseller-home")
        for customer in (BAKERY, FORGE):
            set_up(page, story.stack.url, customer)
        page.get_by_role("link", name="Tenants", exact=True).first.click()
        for name in (RESELLER, BAKERY.name, FORGE.name):
            expect(page.get_by_role("main").get_by_role("link", name=name, exact=True)).to_be_visible()
        assert page.get_by_text("Demo", exact=True).count() == 0
        shoot(page, "tenants-tree")


def set_up(page: Page, url: str, customer: Customer) -> None:
    """An enterprise with limits, a location, a role of its own, an administrator and a user."""
    new_enterprise(page, name=customer.name)
    open_enterprise(page, customer.name, "Limits")
    follow(page, "Change")
    fill(page, **LIMITS)
    shoot(page, "tenants-limits-form")
    press(page, "Save")
    open_enterprise(page, customer.name, "Locations")
    press(page, "Open Local")
    shoot(page, "tenants-locations")
    copy_role(page, url, "USER", name=customer.role, enterprise=customer.name)
    new_user(page, customer.name, nick=customer.admin, name=customer.admin.title(), role="ENTERPRISE_ADMIN")
    new_user(page, customer.name, nick=customer.user, name=customer.user.title(), role=of(customer))
    open_enterprise(page, customer.name, "Limits")
    shoot(page, "tenants-limits")


def of(customer: Customer) -> str:
    """How the choice of roles names the customer's own."""
    return f"{customer.role} · {customer.name}"


@pytest.mark.parametrize(("customer", "other"), [(BAKERY, FORGE), (FORGE, BAKERY)])
def test_everybody_sees_only_their_own(story, customer, other):
    with browser_page() as page:
        first_sign_in(story, page, customer.admin)
        make_room(page, story.stack.url, customer)
        seen = look_around(page, story.stack.url)
        shoot(page, f"tenants-sees-{customer.admin}")
    with browser_page() as page:
        first_sign_in(story, page, customer.user)
        seen += look_around(page, story.stack.url)
        shoot(page, f"tenants-sees-{customer.user}")

    assert customer.name in seen and customer.role in seen
    for name in (other.name, other.admin, other.user, other.role, other.appliance, "Demo", "Atrium Hosting"):
        assert not re.search(rf"\b{name}\b", seen, re.IGNORECASE), name


def make_room(page: Page, url: str, customer: Customer) -> None:
    """A virtual datacenter with a limit of its own, and an appliance in it."""
    page.goto(f"{url}/virtual-datacenters/new/")
    fill(page, name=f"{customer.name} Production")
    press(page, "Create")
    follow(page, "Change name and limits")
    fill(page, **LIMITS_THERE)
    press(page, "Save")
    page.goto(f"{url}/virtual-appliances/new/")
    fill(page, name=customer.appliance)
    press(page, "Create")


def look_around(page: Page, url: str) -> str:
    """The words of every area in the sidebar."""
    page.goto(url)
    areas = page.get_by_role("navigation").first.get_by_role("link")
    seen = []
    for address in {areas.nth(number).get_attribute("href") for number in range(areas.count())}:
        page.goto(url + address)
        page.wait_for_load_state("networkidle")
        seen.append(page.locator("body").inner_text())
    return "\n".join(seen)


def test_a_soft_limit_warns_and_gives_way_to_a_reason(story):
    reason = "The bread season begins"
    with story.visit(BAKERY.user) as page:
        ask_for_machine(page, story.stack.url, name="oven", vcpus=SOFT_VCPUS + 1, appliance=BAKERY.appliance)
        warning = page.locator("#plan-body .notice-warning")
        expect(warning).to_contain_text("The soft limit for virtual CPUs of your enterprise would be passed")
        shoot(page, "tenants-soft-limit")
        deploy_button(page).click()
        expect(page.get_by_role("alert").first).to_contain_text("soft limit")
        shoot(page, "tenants-soft-limit-refused")
        page.get_by_label("Pass the soft limit anyway").check()
        page.get_by_label("Why").fill(reason)
        shoot(page, "tenants-soft-limit-forced")
        deploy_button(page).click()
        page.wait_for_url(re.compile(r"/machines/\d+/"))
        expect(state(page)).to_have_attribute("data-state", "ON", timeout=ON_WITHIN_MS)
    with story.visit(NORA) as page:
        open_enterprise(page, BAKERY.name, "Limits")
        expect(page.get_by_text(reason)).to_be_visible()
        shoot(page, "tenants-limits-passed")


def test_a_hard_limit_refuses_with_numbers(story):
    with story.visit(BAKERY.user) as page:
        ask_for_machine(page, story.stack.url, name="mill", vcpus=2, appliance=BAKERY.appliance)
        refusal = page.locator("#plan-body .notice-error").filter(has_text=BAKERY.name)
        expect(refusal).to_contain_text(str(HARD_VCPUS))
        expect(deploy_button(page)).to_be_disabled()
        expect(page.get_by_label("Pass the soft limit anyway")).to_be_hidden()
        shoot(page, "tenants-hard-limit")


def test_an_approval_is_asked_for_mailed_and_granted(story):
    with story.visit(NORA) as page:
        demand_approval(page)
    with story.visit(BAKERY.user) as page:
        machine = ask_for_a_till(page, story.stack.url)
    mail = mail_about(story, "till")
    shown = mail.get_body(("html",)).get_content()
    assert ACCENT in shown and PRODUCT in shown and FOOTER in shown and TILL_REASON in shown
    assert PRODUCT in mail["From"] and mail["To"] == f"{BAKERY.admin}@example.org"
    with story.visit(BAKERY.admin) as page:
        page.goto(re.search(r"http\S+", mail.get_body(("plain",)).get_content())[0])
        expect(page.get_by_role("main")).to_contain_text(TILL_REASON)
        shoot(page, "tenants-approval-request")
        fill(page, comment="Sell more bread")
        press(page, "Approve")
        expect(page.get_by_role("main")).to_contain_text("Approved")
        shoot(page, "tenants-approval-granted")
    with story.visit(BAKERY.user) as page:
        page.goto(machine)
        expect(state(page)).to_have_attribute("data-state", "ON", timeout=ON_WITHIN_MS)
        shoot(page, "tenants-approved-machine")
    show_mail(shown)


def demand_approval(page: Page) -> None:
    """The bakery's machines beyond the soft limit wait for its administrators."""
    open_enterprise(page, BAKERY.name, "Approvals")
    press(page, "Switch on")
    follow(page, "New rule")
    fill(
        page, name="Beyond the soft limit", condition="A soft limit is passed",
        approver_role="ENTERPRISE_ADMIN",
    )  # fmt: skip
    shoot(page, "tenants-approval-rule")
    press(page, "Save")
    shoot(page, "tenants-approval-rules")


def ask_for_a_till(page: Page, url: str) -> str:
    """One more machine beyond the soft limit, which waits; its address."""
    ask_for_machine(page, url, name="till", vcpus=1, appliance=BAKERY.appliance)
    page.get_by_label("Pass the soft limit anyway").check()
    page.get_by_label("Why").fill(TILL_REASON)
    deploy_button(page).click()
    page.wait_for_url(re.compile(r"/machines/\d+/"))
    expect(page.get_by_role("main")).to_contain_text("approv", ignore_case=True)
    shoot(page, "tenants-waits")
    return page.url


def mail_about(story: Story, what: str):
    """The first mail with these words in its subject."""
    while True:
        found = [mail for mail in story.office.received if what in mail["Subject"]]
        if found:
            return found[0]
        assert story.office.took.acquire(timeout=PATIENCE_SECONDS), "no such mail came"


def show_mail(html: str) -> None:
    """As a mail program shows it."""
    with browser_page() as page:
        page.set_content(html)
        shoot(page, "tenants-mail-in-theme")
