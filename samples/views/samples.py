from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.chains import custody_chain, sample_chain
from samples.forms.answers import acknowledged
from samples.forms.samples import SampleAmendForm, SampleCorrectForm, SampleMoveForm, SampleRegisterForm
from samples.forms.search import SampleSearch
from samples.models import MassMovement, Sample, place_samples
from samples.operations import movements, samples

from .container_page import custody_tab
from .labels import label_file
from .pages import amend_page, find, find_to_write, history_tab, list_page, reason_form, register_page, verb_page
from .sample_page import lineage, sample_page


def sample_list(request):
    queryset = Sample.objects.visible_to(request.user)
    return list_page(
        request,
        "samples/sample_list.html",
        SampleSearch(request.GET, request.user),
        queryset.select_related("mission", "container__custodian"),
        csv_url=reverse("export_samples"),
        complete=place_samples,
    )


def sample_register(request):
    form = SampleRegisterForm(request.POST or None, initial={"container": request.GET.get("container")})

    def register(**arguments):
        return samples.register(**arguments, acknowledged=acknowledged(request.POST))

    return register_page(request, "samples/sample_register.html", form, register, back=reverse("sample_list"))


def sample_detail(request, pk):
    sample = _visible(request, pk)
    context = sample_page(request, sample, "lineage") | lineage(sample, request.user)
    return render(request, "samples/sample_detail.html", context)


def sample_movements(request, pk):
    sample = find(_plain(), pk)
    movements = MassMovement.objects.of_sample(sample).select_related("by", "from_sample", "to_sample")
    context = sample_page(request, sample, "movements") | {"movements": movements.order_by("-happened_at", "-pk")}
    return render(request, "samples/sample_movements.html", context)


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


def sample_correct(request, pk):
    sample = find_to_write(request, Sample.objects.select_related("container"), pk)
    form = SampleCorrectForm(request.POST or None, initial={"seen": sample.revision})
    done = _("The mass of %(record)s is corrected.")
    return verb_page(request, "samples/sample_correct.html", form, sample, movements.correct, done=done, asks=True)


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


def _plain():
    return Sample.objects.select_related("mission", "container__custodian", "container__parent", "parent")


def _visible(request, pk):
    return find(_plain().visible_to(request.user), pk)
