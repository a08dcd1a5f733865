"""A hard request as data, and how it is sent: by one person, into a world that is afterwards as it was before."""

from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import quote_plus

from django.conf import settings
from django.db import transaction
from django.test import Client

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "campaign-boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
# In the place of a status, where the answer broke off while it was being sent.
BROKEN_OFF = 599


@dataclass(frozen=True)
class File:
    content: bytes
    name: str = "list.csv"
    content_type: str = "text/csv"


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    # Percent-encoded already.
    query: str = ""
    body: bytes = b""
    content_type: str = ""
    headers: dict = field(default_factory=dict)
    cookie: str | None = None


def encoded(pairs):
    """Pairs of a name and a text, or bytes that are no text, as an address or a form has them."""
    return "&".join(f"{quote_plus(_bytes(name))}={quote_plus(_bytes(value))}" for name, value in pairs)


def form(url, pairs, **more):
    """A form as a browser posts it: with a file in it, as multipart."""
    pairs = list(pairs)
    if any(isinstance(value, File) for _name, value in pairs):
        return Request("POST", url, body=multipart(pairs), content_type=MULTIPART, **more)
    return Request("POST", url, body=encoded(pairs).encode(), content_type=FORM, **more)


def multipart(pairs):
    body = BytesIO()
    for name, value in pairs:
        body.write(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="'.encode() + _bytes(name) + b'"')
        if isinstance(value, File):
            body.write(b'; filename="' + _bytes(value.name) + b'"\r\nContent-Type: ' + _bytes(value.content_type))
        body.write(b"\r\n\r\n" + (value.content if isinstance(value, File) else _bytes(value)) + b"\r\n")
    body.write(f"--{BOUNDARY}--\r\n".encode())
    return body.getvalue()


def _bytes(value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


class Answer:
    """A response, read to its end."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.error = getattr(response, "exc_info", None)
        try:
            self.body = b"".join(response.streaming_content) if response.streaming else response.content
        except Exception as error:
            self.body, self.status, self.error = b"", BROKEN_OFF, (type(error), error, error.__traceback__)
        self.content_type = response.headers.get("Content-Type", "")
        self.location = response.headers.get("Location", "")

    @property
    def is_html(self):
        return self.content_type.startswith("text/html")

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")


def _on_the_wire(text):
    """A header as WSGI hands it over: its bytes, each as one character."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def send(world, visitor, request, look=None):
    """Send it and undo all it did; returns the Answer, and what `look()` saw before the undoing as `answer.seen`."""
    headers = {name: _on_the_wire(value) for name, value in request.headers.items()}
    client = Client(raise_request_exception=False, headers=headers)
    if request.cookie is not None:
        client.cookies.clear()
        client.defaults["HTTP_COOKIE"] = _on_the_wire(request.cookie)
    elif visitor in world.cookies:
        client.cookies[settings.SESSION_COOKIE_NAME] = world.cookies[visitor]
    with transaction.atomic():
        answer = Answer(
            client.generic(
                request.method,
                request.url,
                request.body,
                content_type=request.content_type or FORM,
                QUERY_STRING=request.query,
            )
        )
        answer.seen = look() if look and answer.status < 500 else None
        transaction.set_rollback(True)
    return answer
