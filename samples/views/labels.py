from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from samples.documents import LAYOUTS, MOST_LABELS, label_of, label_svg, sheet_pdf
from samples.forms.addresses import own_path
from samples.forms.labels import NOUNS, LabelSheetForm


def label_sheet(request):
    data = request.POST if request.method == "POST" else request.POST or None
    records = _asked_for(request)
    form = LabelSheetForm(
        data,
        initial={"records": "\n".join(f"{noun} {identifier}" for noun, identifier in records)},
        user=request.user,
        layouts=LAYOUTS,
        most=MOST_LABELS,
        path_of=lambda address: own_path(address, request.get_host()),
    )
    if request.method == "POST" and form.is_valid():
        return _sheet(request, form.cleaned_data)
    context = {"form": form, "preview": _preview(form, records)}
    return render(request, "samples/label_sheet.html", context, status=422 if request.method == "POST" else 200)


def label_file(request, record):
    """The label of one record, to be kept as a file or shown in a page."""
    name = f"label-{record.identifier.replace('/', '-')}.svg"
    return _file(label_svg(_label(request, record)), "image/svg+xml", name, as_attachment=True)


def _sheet(request, asked):
    labels = [_label(request, record) for record in asked["records"]]
    pdf = sheet_pdf(labels, LAYOUTS[asked["layout"]], asked["first"])
    return _file(pdf, "application/pdf", "labels.pdf", as_attachment=False)


def _label(request, record):
    return label_of(record, request.build_absolute_uri(record.get_absolute_url()))


def _file(content, content_type, name, *, as_attachment):
    headers = {"Content-Disposition": content_disposition_header(as_attachment, name), "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _preview(form, records):
    """The one record that a label is asked for, and the address of the label; else None."""
    if len(records) != 1 or (record := form.find(*records[0])) is None:
        return None
    return {"record": record, "url": reverse(f"{records[0][0]}_label", args=[record.pk])}


def _asked_for(request):
    """(noun, identifier) of what the address asks labels for; what cannot be an identifier is left out."""
    return [
        (noun, identifier)
        for noun in NOUNS
        for identifier in request.GET.getlist(f"{noun}s")
        if identifier.isascii() and identifier.isprintable() and identifier.strip()
    ]
