from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.chains import custody_chain, sample_chain
from samples.forms.answers import acknowledged
from samples.forms.samples import (
    SampleAmendForm,
    SampleAssignForm,
    SampleExposeForm,
    SampleMoveForm,
    SampleRegisterForm,
)
from samples.forms.search import SampleSearch
from samples.models import MassMovement, Sample, place_samples
from samples.operations import samples

from .bulk import choosing, sample_verbs
from .container_page import custody_tab
from .labels import label_file
from .lineage import core_strip, lineage
from .movements import ENDS, tell_operations
from .pages import amend_page, find, find_to_write, history_tab, list_page, reason_form, register_page, verb_page
from .sample_page import sample_page

# The others are in the list of movements.
MOST_MOVEMENTS = 200


def sample_list(request):
    search = SampleSearch(request.GET, request.user)
    queryset = Sample.objects.visible_to(request.user)
    return list_page(
        request,
        "samples/sample_list.html",
        search,
        queryset.select_related("mission", "container__custodian"),
        csv_url=reverse("export_samples"),
        complete=place_samples,
        **choosing(search, sample_verbs(request.user), "sample"),
    )


def sample_register(request):
    form = SampleRegisterForm(request.POST or None, initial={"container": request.GET.get("container")})

    def register(**arguments):
        return samples.register(**arguments, acknowledged=acknowledged(request.POST))

    return register_page(request, "samples/sample_register.html", form, register, back=reverse("sample_list"))


def sample_detail(request, pk):
    sample = _visible(request, pk)
    context = sample_page(request, sample, "lineage") | lineage(sample, request.user)
    return render(request, "samples/sample_detail.html", context | core_strip(sample, request.user))


def sample_movements(request, pk):
    sample = find(_plain(), pk)
    return render(request, "samples/sample_movements.html", sample_page(request, sample, "movements") | _moved(sample))


def sample_custody(request, pk):
    sample = _visible(request, pk)
    # To whom not everything is shown, the parents and the containers of before are not.
    is_told_all = request.user.sees_all
    chain = sample_chain(sample) if is_told_all else custody_chain(sample.container, in_full=False)
    context = sample_page(request, sample, "custody") | custody_tab(chain, request.user)
    return render(request, "samples/sample_custody.html", context)


def sample_label(request, pk):
    return label_file(request, find(_plain().live().visible_to(request.user), pk))


def sample_history(request, pk):
    sample = find(_plain(), pk)
    context = sample_page(request, sample, "history") | history_tab(request, sample)
    return render(request, "samples/sample_history.html", context)


def sample_amend(request, pk):
    sample = find_to_write(request, Sample.objects, pk)
    meant = acknowledged(request.POST)
    template = "samples/sample_amend.html"
    return amend_page(request, template, SampleAmendForm, sample, samples.amend, acknowledged=meant)


def sample_move(request, pk):
    sample = find_to_write(request, Sample.objects, pk)
    form = SampleMoveForm(request.POST or None, initial={"seen": sample.revision})
    done = _("%(record)s is moved.")
    return verb_page(request, "samples/sample_move.html", form, sample, samples.move, done=done, asks=True)


def sample_assign(request, pk):
    sample = find_to_write(request, Sample.objects, pk)
    form = SampleAssignForm(
        request.POST or None, initial={"seen": sample.revision, "use_category": sample.use_category}
    )
    done = _("%(record)s has another use category.")
    return verb_page(request, "samples/sample_assign.html", form, sample, samples.assign, done=done)


def sample_expose(request, pk):
    sample = find_to_write(request, Sample.objects, pk)
    form = SampleExposeForm(request.POST or None, initial={"seen": sample.revision})
    done = _("%(record)s is air-exposed from now on.")
    return verb_page(request, "samples/sample_expose.html", form, sample, samples.note_exposure, done=done, asks=True)


def sample_publish(request, pk):
    sample = find_to_write(request, Sample.objects, pk)
    done = _("%(record)s is published: researchers see it from now on.")
    form = reason_form(request, sample)
    return verb_page(request, "samples/sample_publish.html", form, sample, samples.publish, done=done)


def sample_unpublish(request, pk):
    sample = find_to_write(request, Sample.objects, pk)
    done = _("%(record)s is not published any more.")
    form = reason_form(request, sample)
    return verb_page(request, "samples/sample_unpublish.html", form, sample, samples.unpublish, done=done)


def sample_void(request, pk):
    sample = find_to_write(request, Sample.objects, pk)
    form = reason_form(request, sample)
    done = _("%(record)s is void; it stays readable.")
    return verb_page(request, "samples/sample_void.html", form, sample, samples.void, done=done)


def _moved(sample):
    """Context of the newest movements of a sample, each with its sign and with what was left after it."""
    movements = MassMovement.objects.of_sample(sample).select_related(*ENDS).order_by("-happened_at", "-pk")
    shown, left_g = list(movements[: MOST_MOVEMENTS + 1]), sample.mass_g
    tell_operations(shown)
    for movement in shown:
        movement.change_g = movement.mass_g if movement.to_sample_id == sample.pk else -movement.mass_g
        movement.left_g = left_g
        left_g -= movement.change_g
    return {"movements": shown[:MOST_MOVEMENTS], "has_more": len(shown) > MOST_MOVEMENTS}


def _plain():
    return Sample.objects.select_related("mission", "container__custodian", "container__parent", "parent")


def _visible(request, pk):
    return find(_plain().visible_to(request.user), pk)
