"""What people do on the pages of custody, one step after the other; who, what and when is said by the tests."""

from tests import factories

ACKNOWLEDGED = "Yes, I have checked this and it is right"
RELEASED = "is released. Custody moves when it is received."
RECEIVED = "is received: custody has moved."


def scan(page, container):
    """With the scan field on top of every page, which opens the container's own page."""
    page.get_by_label("Scan an identifier").fill(container.lower())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=container, exact=True).wait_for()


def read_back(page, container, seal="", condition="Intact"):
    """As a technician with a scanner does: label, seal, condition. Each scan ends with Enter."""
    page.get_by_label("Scan a container").fill(container.lower())
    page.keyboard.press("Enter")
    if seal:
        page.keyboard.type(seal)
        page.keyboard.press("Enter")
        page.get_by_role("group", name=f"Condition of the seal of {container}").get_by_label(condition).check()


def say_where(page, place, reason="Complete"):
    page.get_by_label("New location").select_option(label=place)
    page.get_by_label("Reason").fill(reason)


def sign(page, verb):
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name=f"Sign and {verb}").click()


def act_for(page, behalf):
    """`behalf` is the person who acted for a party without users here, and the document that says so."""
    if behalf:
        page.get_by_label("On behalf of").fill(behalf[0])
        page.get_by_label("Document that says so").fill(behalf[1])


def release(page, container, to, *, place="Where it is", transport="By road", at="", gross=None, behalf=(), **texts):
    """Release a container; `gross` is {sealed container: mass}, `texts` are typed into the fields of these names."""
    page.goto(f"/custody/release/?container={container}")
    page.get_by_label("To", exact=True).select_option(label=to)
    page.get_by_label("Place").fill(place)
    page.get_by_label("Transport").select_option(label=transport)
    for name, text in ({"purpose": "On its way to the laboratory", "released_at": at} | texts).items():
        if text:
            page.locator(f"[name={name}]").fill(text)
    for sealed, mass in (gross or {}).items():
        page.get_by_label(f"Gross mass of {sealed}").fill(mass)
    act_for(page, behalf)
    sign(page, "release")
    if not gross:
        page.get_by_label(ACKNOWLEDGED).check()
        sign(page, "release")
    page.get_by_text(RELEASED).wait_for()


def receive(page, seals, place, *, at="", gross=None, balance=None, behalf=(), reason="Complete"):
    """Receive the newest handoff; `seals` is {container: seal number, empty where it has none}.

    It waits in the inbox of the party's own people, and is found in the list by who acts on behalf.
    """
    page.goto("/custody/")
    if behalf:
        page.get_by_role("row").get_by_role("link", name="H-").first.click()
        page.get_by_role("link", name="Receive", exact=True).click()
    else:
        page.get_by_role("link", name="Receive H-").click()
    page.get_by_role("heading", name="Receive H-").wait_for()
    assert not [seal for seal in seals.values() if seal and seal in page.content()]
    for container, seal in seals.items():
        read_back(page, container, seal)
    for sealed, mass in (gross or {}).items():
        page.get_by_label(f"Gross mass of {sealed}").fill(mass)
    if gross:
        page.locator("[name=balance]").select_option(**{"value": str(balance.pk)} if balance else {"index": 1})
    if at:
        page.locator("[name=received_at]").fill(at)
    act_for(page, behalf)
    say_where(page, place, reason)
    sign(page, "receive")
    page.get_by_text(RECEIVED).wait_for()
