"""What the tests of the pages share: one laboratory, browsers, and pages read back as a person would."""

import re
from functools import cached_property
from html import unescape

import html5lib
import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from samples.operations import custody
from tests import factories
from tests.refusing import plain

INLINE = {"span", "b", "code", "time", "svg", "use", "kbd"}
_TAG = re.compile(r"</?(?P<name>[a-z0-9]+)[^>]*>")


@pytest.fixture
def as_technician(lab):
    return Browser(lab.technician)


@pytest.fixture
def as_receiver(lab):
    return Browser(lab.receiver)


@pytest.fixture
def as_curator(lab):
    return Browser(lab.curator)


@pytest.fixture
def as_auditor(lab):
    return Browser(lab.auditor)


@pytest.fixture
def as_researcher(lab):
    return Browser(lab.researcher)


def address(name, record=None, /, **query):
    """The address of the page `name`, of `record` where it is about one."""
    return reverse(name, args=[record.pk] if record else None, query=query or None)


def as_declared(handoff):
    """What a receiver ticks and reads where every container is there with its seal as declared; and the password."""
    typed = {"password": factories.PASSWORD}
    for line in custody.to_find(handoff):
        typed[f"here_{line.container_id}"] = "on"
        if line.seal_declared:
            typed |= {f"seal_read_{line.container_id}": line.seal_declared}
            typed |= {f"seal_condition_{line.container_id}": "intact"}
    return typed


class Browser:
    """Somebody signed in, who opens pages and sends forms."""

    def __init__(self, user=None):
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def get(self, name, record=None, /, **query):
        return self.open(address(name, record, **query))

    def open(self, url):
        return Page(self, url, self.client.get(url))

    def post(self, url, values):
        return Page(self, url, self.client.post(url, values))

    def fill(self, name, record=None, /, **typed):
        """Open a form, type into it and send it, with all that stands in it already."""
        opened = self.get(name, record)
        assert opened.status == 200, opened.text
        return opened.send(**typed)


class Page:
    """A response as a person reads it; its form as a browser sends it."""

    def __init__(self, browser, url, response):
        self.browser = browser
        self.url = url
        self.response = response
        self.status = response.status_code
        self.location = response.headers.get("Location", "")

    @cached_property
    def html(self):
        return self.response.getvalue().decode()

    @cached_property
    def text(self):
        """Everything that is to be read, with plain single spaces."""
        return _words(self.html)

    @cached_property
    def tree(self):
        return html5lib.parse(self.html, namespaceHTMLElements=False)

    def with_class(self, name):
        return [_text_of(node) for node in self.tree.iter() if name in (node.get("class") or "").split()]

    @property
    def faults(self):
        """The sentences beside the fields, by field name."""
        ends = ("id_", "_error")
        nodes = {node.get("id") or "": node for node in self.tree.iter()}
        return {
            name.removeprefix(ends[0]).removesuffix(ends[1]): _text_of(node)
            for name, node in nodes.items()
            if name.startswith(ends[0]) and name.endswith(ends[1])
        }

    @property
    def summary(self):
        """What stands above the form after it was refused."""
        return " ".join(self.with_class("error-summary"))

    @property
    def message(self):
        """What the page that this one leads to says about it."""
        return " ".join(self.browser.open(self.location).with_class("messages"))

    @property
    def rows(self):
        """The first cell of each row of the page's table, as far as it is an identifier or a name."""
        table = self.tree.find(".//table/tbody")
        return [] if table is None else [_text_of(row.find("th//a")) for row in table.iter("tr")]

    @property
    def links(self):
        return [link.get("href") for link in self.tree.iter("a")]

    def link(self, words):
        """The address of the link that has `words` in it, or None."""
        found = [link.get("href") for link in self.tree.iter("a") if words in _text_of(link)]
        return found[0] if found else None

    @cached_property
    def typed(self):
        """What stands in the form: {field name: value}, as a browser would send it."""
        [form] = [form for form in self.tree.iter("form") if "form-layout" in (form.get("class") or "")]
        values = {}
        for node in form.iter():
            if node.get("name") and (value := _value(node)) is not None:
                values[node.get("name")] = value
        return values

    def send(self, **typed):
        offered = {node.get("name") for node in self.tree.iter() if node.get("name")}
        assert set(typed) <= offered, f"the form has no {set(typed) - offered}"
        return self.browser.post(self.url, self.typed | typed)


def _value(node):
    match node.tag, node.get("type"):
        case "input", "checkbox" | "radio":
            return node.get("value", "on") if "checked" in node.attrib else None
        case "input", _:
            return node.get("value", "")
        case "textarea", _:
            # So it goes over the wire, whatever the page had.
            return (node.text or "").replace("\r\n", "\n").replace("\n", "\r\n")
        case "select", _:
            options = list(node.iter("option"))
            chosen = [option for option in options if "selected" in option.attrib] or options[:1]
            return chosen[0].get("value") if chosen else ""
    return None


def _text_of(node):
    return plain(" ".join("".join(_texts(node)).split()))


def _texts(node):
    # Inline elements part no words: of a mass, the trailing zeros are one.
    space = "" if node.tag in INLINE else " "
    yield from (space, node.text or "")
    for child in node:
        yield from _texts(child)
        yield child.tail or ""
    yield space


def _words(html):
    blocks = _TAG.sub(lambda tag: tag[0] if tag["name"] in INLINE else f" {tag[0]}", html)
    return plain(" ".join(unescape(strip_tags(blocks)).split()))
