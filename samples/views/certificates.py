from functools import partial

from django.http import HttpResponse
from django.shortcuts import render

from samples.documents.certificate import certificate_of
from samples.documents.certificate_pdf import certificate_pdf
from samples.models import Handoff
from samples.operations import Refused, data

from .downloads import entered, headers, refused
from .pages import find


def handoff_certificate(request, pk):
    certificate = certificate_of(_handoff(pk), _base(request))
    return render(request, "samples/handoff_certificate.html", {"certificate": certificate})


def handoff_certificate_pdf(request, pk):
    handoff = _handoff(pk)
    name = f"certificate-{handoff}"
    try:
        entered(request, partial(data.export, file=f"{name}.pdf", filters={}, format="pdf", token=""))
    except Refused as error:
        return refused(error)
    # Read after its own entry, so that the checkpoint on the sheet covers that too.
    certificate = certificate_of(handoff, _base(request))
    return HttpResponse(
        certificate_pdf(certificate),
        content_type="application/pdf",
        headers=headers(name, certificate.checkpoint, "pdf"),
    )


def _base(request):
    """The address people have reached labinv by, as on the labels."""
    return request.build_absolute_uri("/").rstrip("/")


def _handoff(pk):
    handoffs = Handoff.objects.select_related(
        "from_custodian", "to_custodian", "released_by", "received_by", "closed_by", "corrects", "gap_explanation"
    )
    return find(handoffs, pk)
