"""Moments as a document says them, which is read far from the page that says the zone once."""

from datetime import UTC

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def zone_name():
    """The zone of the laboratory: "Asia/Shanghai"."""
    return timezone.get_current_timezone_name()


def local_text(at):
    """A moment in the laboratory's zone, with the offset it had then: "28 Jun 2024, 14:30 UTC+8"."""
    local = timezone.localtime(at)
    sign, hours, minutes = local.isoformat()[-6], int(local.isoformat()[-5:-3]), local.isoformat()[-2:]
    offset = f"UTC{sign}{hours}" + (f":{minutes}" if minutes != "00" else "")
    return f"{date_format(local, _('j M Y, H:i'), use_l10n=False)} {offset}"


def utc_text(at):
    """A moment in UTC, to the second: "28 Jun 2024, 06:30:12 UTC"."""
    return f"{date_format(at.astimezone(UTC), _('j M Y, H:i:s'), use_l10n=False)} UTC"
