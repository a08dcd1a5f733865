"""What every file that leaves the inventory has: its entry in the ledger, its name, and the checkpoint it bears."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from samples import past
from samples.forms.answers import status_of
from samples.questions import asked


def entered(request, enter):
    """Have `enter` tell the ledger of the download, but not of a look at its headers; raises Refused.

    Returns what `enter` does: the operation it was entered as.
    """
    if request.method != "GET":
        return None
    by_script = getattr(request, "token", None) is not None
    with past.present():
        return enter(
            by=request.user, reason=_("Fetched by a script.") if by_script else _("Downloaded in the browser.")
        )


def refused(error):
    """The answer to a download that could not be entered."""
    return plain(error.message, status_of(error))


def headers(name, mark, ending):
    """The headers of a file that bears the Checkpoint `mark`, or None while the ledger is empty."""
    file = file_name(name, mark and mark.slug, ending)
    told = {"Content-Disposition": f'attachment; filename="{file}"', "Cache-Control": "no-store"}
    return told | ledger_headers(mark)


def ledger_headers(mark):
    """The header that bears the Checkpoint `mark`; none while the ledger is empty."""
    return {"X-Labinv-Ledger": mark.text.replace(" · ", " ")} if mark else {}


def file_name(name, mark, ending="csv"):
    """The file's name: of its day or moment, and of the ledger's state that `mark` is the slug of."""
    when = question.slug if (question := asked()) else timezone.localdate().isoformat()
    return "-".join(filter(None, ["labinv", name, when, mark])) + f".{ending}"


def plain(sentence, status, headers=None):
    """A sentence for people and scripts in the place of a file."""
    return HttpResponse(f"{sentence}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
