"""A page's forms and links, read quickly: the doors are some seven hundred pages."""

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

CONTROLS = ("input", "textarea", "select")
BUTTONS = ("submit", "button", "image", "reset")


class Control(dict):
    """The attributes of a box; `text` stands in it, `options` are [(attributes)] of a choice."""

    def __init__(self, tag, attributes):
        super().__init__(attributes)
        self.kind = self.get("type", "text") if tag == "input" else tag
        self.text, self.options = "", []

    @property
    def value(self):
        """What a browser would send, or None."""
        if self.kind in ("radio", "checkbox"):
            return self.get("value", "on") if "checked" in self else None
        if self.kind == "textarea":
            return self.text.removeprefix("\n")
        if self.kind == "select":
            chosen = [option for option in self.options if "selected" in option] or self.options[:1]
            return (chosen[0].get("value") or "") if chosen else ""
        return None if self.kind == "file" else self.get("value") or ""


class Forms(HTMLParser):
    """Reads `html`; then `forms` is [(attributes, [Control])] and `links` are the addresses."""

    def __init__(self, html):
        super().__init__()
        self.forms, self.links, self._area = [], [], None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.forms.append((attributes, []))
        elif tag == "a":
            self.links.append(attributes.get("href") or "")
        elif tag == "option" and self.forms and self.forms[-1][1]:
            self.forms[-1][1][-1].options.append(attributes)
        elif tag in CONTROLS and attributes.get("name") and self.forms and attributes.get("type") not in BUTTONS:
            control = Control(tag, attributes)
            self.forms[-1][1].append(control)
            self._area = control if tag == "textarea" else None

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None

    def handle_data(self, data):
        if self._area is not None:
            self._area.text += data

    def main(self):
        """The boxes of the form that the page is about: not the frame's own, which lead elsewhere."""
        for attributes, controls in self.forms:
            posts = (attributes.get("method") or "").lower() == "post"
            if posts and ("form-layout" in (attributes.get("class") or "") or not attributes.get("action")):
                return controls
        return []

    def filters(self):
        """The names of all that the page's links and search forms ask in its own address."""
        asked = {key for link in self.links if link.startswith("?") for key, _v in parse_qsl(urlsplit(link).query)}
        for attributes, controls in self.forms:
            if (attributes.get("method") or "get").lower() == "get":
                asked.update(control["name"] for control in controls)
        return sorted(asked)
