from django.shortcuts import redirect, render

from samples.forms.addresses import own_path
from samples.models import Container, Handoff, Mission, Sample, Seal


def scan(request):
    """Open the record that was scanned or typed: an identifier, a seal or handoff number, or a label's address."""
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:500]
    if path := own_path(typed, request.get_host()):
        return redirect(path)
    found = list(_find(typed, request.user)) if typed else []
    if len(found) == 1:
        return redirect(found[0])
    for record in found:
        record.kind_name = record._meta.verbose_name
    return render(request, "samples/scan.html", {"typed": typed, "found": found}, status=200 if found else 404)


def _find(typed, user):
    containers = Container.objects.visible_to(user)
    yield from containers.filter(identifier__iexact=typed)
    yield from Sample.objects.visible_to(user).filter(identifier__iexact=typed)
    yield from Mission.objects.visible_to(user).filter(code__iexact=typed)
    seals = Seal.objects.filter(number__iexact=typed, container__in=containers.values("pk"))
    yield from containers.filter(seals__in=seals)
    digits = typed.upper().removeprefix("H-")
    if typed.upper().startswith("H-") and digits.isascii() and digits.isdigit() and len(digits) < 10:
        yield from Handoff.objects.visible_to(user).filter(number=int(digits))
