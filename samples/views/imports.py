from uuid import uuid4

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from samples import history
from samples.forms.imports import ImportUploadForm
from samples.forms.search import ImportSearch
from samples.imports import refused_csv, report, with_masses
from samples.imports import samples as importer
from samples.models import Import, Upload
from samples.operations import Refused, imports
from samples.operations.imports import RowsRefused

from .pages import find, list_page, write_page

# A check holds the writers' lock; more rows than these are a matter for the server's command.
MOST_ROWS = 2000
# Where the page is cut in two: what is said while the rows are worked through stands between.
_HERE = SafeString("<!-- progress -->")


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
        importer.read_samples(file.name, content, mapping, most_rows=MOST_ROWS)
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
    )


def import_check(request, key):
    upload = _upload(request, key)
    if upload.made:
        return redirect(upload.made)
    if request.method == "POST":
        return _confirm(request, upload)
    if upload.report is None:
        return _check(request, upload)
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
    return find(Upload.objects.filter(user=request.user).select_related("made"), key)


def _file(upload):
    return importer.read_samples(upload.file_name, bytes(upload.content), upload.mapping)


def _context(upload, **context):
    return {"upload": upload, "report": upload.report and with_masses(upload.report)} | context


def _check(request, upload):
    """Check every row while the page is sent, so that one sees how far it is."""
    try:
        file = _file(upload)
    except Refused as refusal:
        # The inventory went on since the upload: the custodian the mapping names was renamed, say.
        return render(request, "samples/import_check.html", _context(upload, problem=refusal.message), status=422)

    def steps():
        found = yield from importer.check(file, by=request.user, reason=upload.reason)
        imports.note_report(upload=upload, report=found, by=request.user, reason=upload.reason)
        upload.report = found
        return _context(upload)

    return _streamed(request, upload, len(file), steps())


def _confirm(request, upload):
    """Register every row while the page is sent; refused at once where the check left something to decide."""
    problem = ""
    if upload.report is None or upload.report["faults"]:
        problem = _("Rows are refused, so nothing can be imported. Mend the file and upload it again.")
    elif upload.report["doubts"] and request.POST.get("acknowledged") != "on":
        problem = _("Some rows are doubtful. Look at them and tick the box, or mend the file.")
    if problem:
        return render(request, "samples/import_check.html", _context(upload, problem=problem), status=422)
    file = _file(upload)

    def steps():
        try:
            made = yield from importer.register(
                file, acknowledged=True, upload=upload, by=request.user, reason=upload.reason
            )
        except RowsRefused as refusal:
            upload.report = report(file, refusal.outcome)
            imports.note_report(upload=upload, report=upload.report, by=request.user, reason=upload.reason)
            return _context(upload, problem=refusal.message)
        except Refused as refusal:
            return _context(upload, problem=refusal.message)
        return _context(upload, made=made)

    return _streamed(request, upload, len(file), steps())


def _streamed(request, upload, total, steps):
    """The page in three parts: what is known at once, how far it is, and the context that the `steps` return."""
    page = render_to_string("samples/import_check.html", {"upload": upload, "progress": _HERE}, request)
    before, _mark, after = page.partition(_HERE)

    def parts():
        yield before
        context = yield from _progress(steps, total)
        yield render_to_string("samples/_import_result.html", context, request)
        yield after

    return StreamingHttpResponse(parts(), headers={"Cache-Control": "no-store"})


def _progress(steps, total):
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            return end.value
        yield render_to_string("components/_progress.html", {"done": done, "total": total})
