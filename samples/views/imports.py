from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from samples import history
from samples.forms.answers import is_acknowledged
from samples.forms.imports import ImportUploadForm
from samples.forms.search import ImportSearch
from samples.imports import MAPPING_EXAMPLE, files, refused_csv, report, with_masses
from samples.imports.kinds import KINDS, ROWS_BY_PAGE
from samples.imports.templates import TEMPLATES
from samples.models import Import, Upload
from samples.operations import Refused, imports, undoing
from samples.operations.imports import RowsRefused

from .pages import find, list_page, not_now, reason_form, refusal, sentence, write_page
from .streaming import streamed

# While the page waits, samples are withdrawn together and others one by one; more are for the server's command.
MOST_UNDONE = {"samples": 5000, "others": 1000}
# Of the records that stand in the way of an undoing, on its page.
MOST_SHOWN = 500


def import_list(request):
    return list_page(
        request, "samples/import_list.html", ImportSearch(request.GET, request.user), Import.objects.with_entry()
    )


def import_detail(request, pk):
    made = find(Import.objects.with_entry(), pk)
    context = {"made": made, "changes": history.history_of(made), "lists": _lists(made)}
    return render(request, "samples/import_detail.html", context)


def import_undo(request, pk):
    made = find(Import.objects, pk)
    if refused := refusal(undoing.check_not_undone, made) if request.method != "POST" else "":
        return not_now(request, made, refused)
    form = reason_form(request, made)
    is_large = made.sample_count > MOST_UNDONE["samples"] or made.others_count > MOST_UNDONE["others"]
    touched = 0 if is_large or made.is_void else undoing.count_touched(made)

    def act():
        if is_large:
            raise Refused(_too_many(made))
        arguments = form.arguments()
        return undoing.undo(made=made, seen=form.cleaned_data["seen"] or 0, by=request.user, **arguments)

    return write_page(
        request,
        "samples/import_undo.html",
        form,
        act,
        done=sentence(_("%(record)s is undone: what it brought is void and stays readable.")),
        back=made.get_absolute_url(),
        record=made,
        too_many=_too_many(made) if is_large else "",
        touched=touched,
        touches=undoing.touches_of(made, MOST_SHOWN) if touched else [],
    )


def _too_many(made):
    return _(
        "%(import)s brought %(count)s records, more than can be withdrawn while a page waits. Use manage.py "
        "undo_import on the server."
    ) % {"import": made, "count": made.sample_count + made.others_count}


def _lists(made):
    """Where the records of the import are listed: (words, address)."""
    counts = [(made.kind, made.count)]
    if made.container_count:
        counts.append((Import.Kind.CONTAINERS, made.container_count))
    noun = {kind.name: kind.noun for kind in KINDS.values()}
    return [
        {
            "label": Import.Kind(kind).label,
            "count": count,
            "url": f"{reverse(noun[kind] + '_list')}?came_with={made.pk}{'&show=all' if made.is_void else ''}",
        }
        for kind, count in counts
    ]


def import_template(request, file):
    kind, _dot, ending = file.partition(".")
    if kind not in KINDS or ending not in TEMPLATES:
        raise Http404(_("There is no such template."))
    make, content_type = TEMPLATES[ending]
    return _file_answer(make(KINDS[kind]), f"labinv-{kind}-template.{ending}", content_type)


def import_upload(request):
    chosen = request.GET.get("kind", "samples")
    form = ImportUploadForm(request.POST or None, request.FILES or None, initial={"kind": chosen})

    def keep():
        said = {name: form.cleaned_data[name] for name in ("kind", "mapping", "encoding", "sheet")}
        file, reason = form.cleaned_data["file"], form.cleaned_data["reason"]
        content = file.read()
        read = files.read_file(
            said["kind"],
            file.name,
            content,
            said["mapping"],
            encoding=said["encoding"],
            sheet=said["sheet"],
            most_rows=KINDS[said["kind"]].most_rows,
        )
        read.check_places()
        return imports.keep(key=uuid4(), file_name=file.name, content=content, **said, by=request.user, reason=reason)

    return write_page(
        request,
        "samples/import_upload.html",
        form,
        keep,
        done=lambda upload: _("%(file)s is uploaded. Nothing is registered yet.") % {"file": upload},
        back=reverse("data"),
        once=False,
        kinds=KINDS.values(),
        chosen=form["kind"].value(),
        endings=TEMPLATES,
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
    return _file_answer(refused_csv(_file(upload), faults), "labinv-refused-rows.csv", "text/csv; charset=utf-8")


def _file_answer(content, name, content_type):
    told = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=told)


def _upload(request, key):
    return find(Upload.objects.kept().filter(user=request.user).select_related("made"), key)


def _file(upload):
    file = files.read_file(
        upload.kind,
        upload.file_name,
        bytes(upload.content),
        upload.mapping,
        encoding=upload.encoding,
        sheet=upload.sheet,
    )
    file.most_alone = ROWS_BY_PAGE
    return file


def _context(upload, **context):
    told = {"upload": upload, "kind": KINDS[upload.kind]}
    return told | {"report": upload.report and with_masses(upload.report)} | context


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
        found = yield from files.check(file, by=request.user, reason=upload.reason)
        imports.note_report(upload=upload, report=found, by=request.user, reason=upload.reason)
    except (Refused, ValidationError) as error:
        return _context(upload, problem=_sentence(error))
    upload.report = found
    return _context(upload)


def _registered(request, upload, file):
    """Register every row, or none; as steps, the last of which is the context of the result."""
    who = {"by": request.user, "reason": upload.reason}
    try:
        made = yield from files.register(file, acknowledged=is_acknowledged(request.POST), upload=upload, **who)
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
