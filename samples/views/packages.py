from urllib.parse import urlencode

from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from samples import packages
from samples.audit.checkpoints import checkpoint
from samples.exports import package_script
from samples.forms.packages import PackageForm
from samples.operations import Refused
from samples.questions import asking
from samples.selections import NotSelected

from .downloads import entered, headers, plain, refused


def package(request):
    """Ask what the package is to hold, and lead to its address."""
    offered, usual = packages.names_offered(request.user)
    is_sent = "about" in request.GET
    form = PackageForm(request.GET if is_sent else None, user=request.user, offered=offered, usual=usual)
    if is_sent and form.is_valid():
        return redirect(f"{reverse('export_package')}?{urlencode(form.query())}")
    url = request.build_absolute_uri(reverse("export_package"))
    context = {"form": form, "script": package_script(url)}
    return render(request, "samples/package.html", context, status=400 if is_sent else 200)


def export_package(request):
    try:
        wanted = packages.read(request.GET, request.user)
    except NotSelected as error:
        return plain(error.message, 400)
    token = getattr(request, "token", None)
    question = wanted.question

    def enter(**who):
        nonlocal question
        question = packages.enter(wanted, token=token.name if token else "", **who)

    try:
        entered(request, enter)
    except Refused as error:
        return refused(error)
    # The file bears the moment that it is about, also where that is the moment of this very download.
    with asking(question):
        told = headers("package", checkpoint(), "zip")
    # Whoever looks at the headers alone is not made a package that nobody reads.
    pieces = packages.stream_of(wanted, question) if request.method == "GET" else ()
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=told)
