"""How wrong passwords are counted (django-axes, settings): by user name and address together."""

from ipaddress import IPv6Network, ip_address

from django.conf import settings

# A network gives one machine so many addresses of the sixth version that they count as one.
IPV6_PREFIX = 64


def counted_name(request, credentials=None):
    """The user name as it is counted: upper and lower case alike, as at the sign-in."""
    name = (credentials or request.POST).get("username") or ""
    return name.casefold()


def client_address(request):
    """The address that a request came from, or None where there is none.

    Behind our own proxies it is the entry of X-Forwarded-For that the outermost of them made; what a client
    wrote in front of it is not believed. Without such an entry it is who asked: the proxy.
    """
    proxies = settings.TRUSTED_PROXIES
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    told = forwarded[-proxies] if 0 < proxies <= len(forwarded) else ""
    return _address(told) or _address(request.META.get("REMOTE_ADDR", ""))


def _address(text):
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), IPV6_PREFIX), strict=False).network_address)


def locked(request, response, credentials):
    """The page with the form, in which the refusal stands already, as an answer to too many requests."""
    response.status_code = 429
    response.headers["Retry-After"] = int(settings.AXES_COOLOFF_TIME.total_seconds())
    return response
