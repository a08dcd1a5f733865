"""A form sent after the session has ended, in a real browser: sign in again, and everything typed is there."""

import pytest
from django.contrib.sessions.models import Session

from samples.models import Container
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def type_into(page, lab):
    page.goto(f"/containers/{lab.bottle.pk}/amend/")
    page.get_by_label("Tare").fill("35.5")
    page.get_by_label("Description").fill("Chipped\nat the rim")
    page.get_by_label("Reason").fill("Weighed again")


def check_and_send(page, lab):
    page.get_by_text("What you typed is here again").wait_for()
    assert page.get_by_label("Tare").input_value() == "35.5"
    assert page.get_by_label("Description").input_value() == "Chipped\nat the rim"
    assert page.get_by_label("Reason").input_value() == "Weighed again"
    assert Container.objects.get(pk=lab.bottle.pk).revision == lab.bottle.revision
    page.get_by_role("button", name="Save the changes").click()
    page.get_by_text("BOT-1 is amended.").wait_for()


def test_a_form_sent_after_the_session_ended_comes_back_after_the_sign_in(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.technician)
    type_into(page, lab)
    Session.objects.all().delete()

    page.get_by_role("button", name="Save the changes").click()
    page.get_by_text("Nothing was saved: nobody was signed in").wait_for()
    page.get_by_label("User name").fill("technician")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    check_and_send(page, lab)


def test_a_form_left_in_one_tab_survives_a_sign_in_in_another(sign_in):
    lab = factories.laboratory()
    page = sign_in(lab.technician)
    type_into(page, lab)
    other = page.context.new_page()
    other.goto("/containers/")
    other.locator("summary", has_text="Technician").click()
    other.get_by_role("button", name="Sign out").click()
    other.get_by_label("User name").fill("technician")
    other.get_by_label("Password").fill(factories.PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.get_by_role("link", name="Containers").first.wait_for()

    page.get_by_role("button", name="Save the changes").click()

    check_and_send(page, lab)
