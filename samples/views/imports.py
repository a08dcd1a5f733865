from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from samples import history
from samples.forms.answers import is_acknowledged
from samples.forms.imports import ImportUploadForm
from samples.forms.search import ImportSearch
from samples.imports import MAPPING_EXAMPLE, refused_csv, report, with_masses
from samples.imports import samples as importer
from samples.models import Import, Upload
from samples.operations import Refused, imports
from samples.operations.imports import RowsRefused

from .pages import find, list_page, refusal, write_page
from .streaming import streamed

# A check holds the writers' lock; more rows than these are a matter for the server's command.
MOST_ROWS = 1000


def import_list(request):
    return list_page(
        request, "samples/import_list.html", ImportSearch(request.GET, request.user), Import.objects.with_entry()
    )


def import_detail(request, pk):
    made = find(Import.objects.with_entry(), pk)
    context = {"made": made, "changes": history.history_of(made)}
    return render(request, "samples/import_detail.html", context)


def import_upload(request):
    form = ImportUploadForm(request.POST or None, request.FILES or None)

    def keep():
        file, mapping, reason = (form.cleaned_data[name] for name in ("file", "mapping", "reason"))
        content = file.read()
        importer.read_samples(file.name, content, mapping, most_rows=MOST_ROWS).check_places()
        return imports.keep(
            key=uuid4(), file_name=file.name, content=content, mapping=mapping, by=request.user, reason=reason
        )

    return write_page(
        request,
        "samples/import_upload.html",
        form,
        keep,
        done=lambda upload: _("%(file)s is uploaded. Nothing is registered yet.") % {"file": upload},
        back=reverse("data"),
        once=False,
        columns=importer.COLUMNS.items(),
        mapping_example=MAPPING_EXAMPLE,
    )


def import_check(request, key):
    upload = _upload(request, key)
    if upload.made:
        return redirect(upload.made)
    if upload.report is None and request.method == "POST":
        return redirect(upload)
    file = _file(upload)
    if problem := _problem(request, upload, file):
        return render(request, "samples/import_check.html", _context(upload, problem=problem), status=422)
    if request.method == "POST":
        return _streamed(request, upload, len(file), _registered(request, upload, file))
    if upload.report is None:
        return _streamed(request, upload, len(file), _checked(request, upload, file))
    return render(request, "samples/import_check.html", _context(upload))


def import_refused(request, key):
    upload = _upload(request, key)
    faults = (upload.report or {}).get("faults", [])
    return HttpResponse(
        refused_csv(_file(upload), faults),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="labinv-refused-rows.csv"',
            "Cache-Control": "no-store",
        },
    )


def _upload(request, key):
    return find(Upload.objects.kept().filter(user=request.user).select_related("made"), key)


def _file(upload):
    return importer.read_samples(upload.file_name, bytes(upload.content), upload.mapping)


def _context(upload, **context):
    return {"upload": upload, "report": upload.report and with_masses(upload.report)} | context


def _problem(request, upload, file):
    """What stands in the way before any row is looked at, in words; empty where nothing does."""
    if request.method == "POST" and upload.report["faults"]:
        return _("Rows are refused, so nothing can be imported. Mend the file and upload it again.")
    if request.method == "POST" and upload.report["doubts"] and not is_acknowledged(request.POST):
        return _("Some rows are doubtful. Look at them and tick the box, or mend the file.")
    if request.method == "POST" or upload.report is None:
        # The inventory went on since the upload: the custodian that the mapping names was renamed, say.
        return refusal(file.check_places)
    return ""


def _checked(request, upload, file):
    """Check every row; as steps, the last of which is the context of the result."""
    try:
        found = yield from importer.check(file, by=request.user, reason=upload.reason)
        imports.note_report(upload=upload, report=found, by=request.user, reason=upload.reason)
    except (Refused, ValidationError) as error:
        return _context(upload, problem=_sentence(error))
    upload.report = found
    return _context(upload)


def _registered(request, upload, file):
    """Register every row, or none; as steps, the last of which is the context of the result."""
    who = {"by": request.user, "reason": upload.reason}
    try:
        made = yield from importer.register(file, acknowledged=is_acknowledged(request.POST), upload=upload, **who)
    except RowsRefused as error:
        upload.report = report(file, error.outcome)
        imports.note_report(upload=upload, report=upload.report, **who)
        return _context(upload, problem=error.message)
    except (Refused, ValidationError) as error:
        return _context(upload, problem=_sentence(error))
    return _context(upload, made=made)


def _sentence(error):
    return error.message if isinstance(error, Refused) else " ".join(error.messages)


def _streamed(request, upload, total, steps):
    """The page with how far it is, and the result in the context that the `steps` return."""

    def work():
        context = yield from _progress(steps, total)
        yield render_to_string("samples/_import_result.html", context, request)

    return streamed(request, "samples/import_check.html", {"upload": upload}, work())


def _progress(steps, total):
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            return end.value
        yield render_to_string("components/_progress.html", {"done": done, "total": total})
