"""How much one request may bring along, and what is said when it is more."""

from types import SimpleNamespace

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from samples.forms.fields import LARGEST_FILE, UploadField
from samples.views.uploads import LARGEST_BODY
from tests.campaigns.hard_input.requests import MULTIPART, File, multipart
from tests.views.conftest import Page
from tests.views.test_markup import faults

URLENCODED = "application/x-www-form-urlencoded"


class ListForm(forms.Form):
    name = forms.CharField()
    file = UploadField()


def uploaded(content, name="list.csv"):
    """The form as a view gets it, with the handlers of the settings."""
    body = multipart([("name", "Opening stock"), ("file", File(content, name))])
    request = RequestFactory().generic("POST", "/", body, content_type=MULTIPART)
    return ListForm(request.POST, request.FILES)


def send(browser, body, content_type=URLENCODED, **headers):
    url = reverse("mission_register")
    return Page(browser, url, browser.client.generic("POST", url, body, content_type=content_type, **headers))


def test_a_file_arrives_whole():
    content = bytes(range(256)) * (LARGEST_FILE // 256)

    form = uploaded(content)

    assert form.is_valid()
    assert form.cleaned_data["file"].read() == content


def test_a_file_that_is_too_large_is_refused_and_the_rest_of_the_form_is_kept():
    form = uploaded(b"x" * (LARGEST_FILE + 1))

    assert form.errors == {"file": ["The file has 10.0 MB; at most 10 MB are taken. Send it in parts."]}
    assert form["name"].value() == "Opening stock"
    assert form.files["file"].read() == b""


def test_a_file_of_60_mb_is_refused_with_its_size():
    form = uploaded(b"x" * 60_000_000)

    assert form.errors == {"file": ["The file has 60.0 MB; at most 10 MB are taken. Send it in parts."]}


@pytest.mark.parametrize("content", [b"", None])
def test_a_file_that_is_empty_or_missing_is_told_apart_from_one_that_is_too_large(content):
    form = uploaded(content) if content is not None else ListForm({"name": "x"}, {})

    assert "MB" not in str(form.errors["file"])


def test_a_file_made_by_another_handler_is_measured_too():
    too_large = SimpleNamespace(name="list.csv", size=LARGEST_FILE + 1)

    assert "MB" in str(ListForm({"name": "x"}, {"file": too_large}).errors["file"])
    assert ListForm({"name": "x"}, {"file": SimpleUploadedFile("list.csv", b"a,b\n")}).is_valid()


@pytest.mark.parametrize("length", [str(LARGEST_BODY + 1), "9" * 5000])
def test_a_body_above_100_mb_is_refused_before_it_is_read(lab, as_curator, length):
    page = send(as_curator, b"reason=x", CONTENT_LENGTH=length)

    assert (page.status, page.html) == (413, "labinv takes at most 100 MB in one request\n")


TOO_MUCH = {
    "longer than labinv takes in one form": b"notes=" + b"x" * 2_600_000,
    "more answers than labinv takes at once": b"a=1&" * 1001,
}


@pytest.mark.parametrize("sentence", TOO_MUCH)
def test_a_form_that_is_too_much_gets_a_page_that_says_how_to_go_on(lab, as_curator, sentence):
    page = send(as_curator, TOO_MUCH[sentence])

    assert page.status == 413
    assert sentence in page.text
    assert "Nothing was changed. Go back" in page.text
    assert page.link("Go to the overview") == reverse("overview")
    assert list(faults(page)) == []
    assert page.response.headers["X-Frame-Options"] == "DENY"


def test_more_files_than_any_form_asks_for_are_refused(lab, as_curator):
    page = send(as_curator, multipart([(f"file{number}", File(b"x")) for number in range(11)]), MULTIPART)

    assert page.status == 413
    assert "more files than labinv takes at once" in page.text


def test_what_is_too_much_is_refused_without_a_sign_in_too(db):
    page = send(SimpleNamespace(client=Client()), b"a=1&" * 1001)

    assert page.status == 413
    assert "more answers than labinv takes at once" in page.text


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "<script>"])
def test_a_body_that_is_no_form_is_refused(lab, as_curator, content_type):
    page = send(as_curator, b'{"reason": "x"}', content_type)

    assert page.status == 415
    assert page.html == "labinv reads application/x-www-form-urlencoded and multipart/form-data only\n"


def test_a_form_in_parts_without_their_boundary_is_refused(lab, as_curator):
    page = send(as_curator, b"reason=x", "multipart/form-data")

    assert page.status == 400
    assert "This request makes no sense" in page.text


def test_a_method_that_an_address_does_not_have_is_named(lab, as_curator):
    response = as_curator.client.put(reverse("overview"))

    assert (response.status_code, response.content) == (405, b"This address answers GET, HEAD only.\n")
