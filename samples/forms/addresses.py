"""The addresses that the codes of labels hold."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.urls import Resolver404, resolve


def own_path(typed, host):
    """The path of a label's address, where it is one of ours."""
    if not typed.startswith(("http://", "https://")):
        return None
    try:
        address, own = urlsplit(typed), urlsplit(settings.BASE_URL)
        match = resolve(address.path)
    except (ValueError, Resolver404):
        return None
    is_ours = address.netloc in (own.netloc, host) or validate_host(address.hostname or "", settings.ALLOWED_HOSTS)
    return address.path if is_ours and (match.url_name or "").endswith("_detail") else None


def record_at(path):
    """(noun, key) of the record that has its page at `path`."""
    match = resolve(path)
    key = match.kwargs.get("pk")
    # SQLite cannot hold a larger number.
    return match.url_name.removesuffix("_detail"), key if isinstance(key, int) and key < 2**63 else None
