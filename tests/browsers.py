"""Fixtures for tests in a real Chromium; one browser serves them all, because Playwright starts once in a thread."""

import os
import shutil

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

from tests import factories

# Chromium as root and without the network: what it would look up by itself is switched off.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("LABINV_REQUIRE_BROWSER"):
            pytest.fail("chromium is not installed, and LABINV_REQUIRE_BROWSER asks for it")
        pytest.skip("chromium is not installed: apt-get install chromium")
    # Playwright keeps an event loop running in this thread, from which Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def sign_in(chromium, live_server):
    """A function that signs a person in, in a browser of the person's own; an error in its console fails the test.

    The browser is given the cookie of a session; with `by_form` the person types name and password.
    """
    complaints, contexts = [], []

    def note(message):
        # Chromium notes every answer of 4xx; a refused form is one, and meant.
        if message.type == "error" and "responded with a status of 4" not in message.text:
            complaints.append(message.text)

    def open_page(user, by_form=False, **options):
        context = chromium.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not by_form:
            context.add_cookies([session_of(user) | {"url": live_server.url}])
        page.goto("/")
        if by_form:
            page.get_by_label("User name").fill(user.username)
            page.get_by_label("Password").fill(factories.PASSWORD)
            page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{live_server.url}/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def session_of(user):
    """The cookie of a new session of `user`, as Playwright takes it."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value}
