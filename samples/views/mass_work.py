"""The forms by which a sample's mass changes: split, consume, declare lost, merge, correct."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samples.forms.mass_work import SampleConsumeForm, SampleCorrectForm, SampleLoseForm, SampleMergeForm
from samples.forms.splitting import MOST_ROWS, ROWS_AT_FIRST, ROWS_MORE, SampleSplitForm
from samples.models import MassMovement, Sample, place_samples
from samples.operations import Refused, movements
from samples.operations.containment import seal_in_the_way
from samples.templatetags.charts import percent, ruler
from samples.units import format_mass

from .pages import find_to_write, sentence, verb_page


def sample_split(request, pk):
    sample = _sample(request, pk)
    place_samples([sample])
    is_asked_for_rows = "more" in request.POST
    form = _split_form(request, sample, is_asked_for_rows)

    def split(**arguments):
        try:
            movements.split(**arguments)
        except Refused as error:
            raise form.at_its_boxes(error) from error
        return sample

    number = len(form.filled)
    done = ngettext("%(record)s is split: %(n)s subsample.", "%(record)s is split: %(n)s subsamples.", number)
    return verb_page(
        request,
        "samples/sample_split.html",
        form,
        sample,
        split,
        done=done.replace("%(n)s", str(number)),
        asks=True,
        only_shown=is_asked_for_rows,
        seal=seal_in_the_way(sample.container),
        ticks=ruler(sample.mass_g),
        shares=_shares(form.preview),
    )


def _split_form(request, sample, is_asked_for_rows):
    shared = {"sample": sample, "user": request.user}
    initial = {"seen": sample.revision}
    if is_asked_for_rows:
        # Shown again with all that was typed; nothing of it is judged yet.
        rows = _rows(request.POST, ROWS_MORE)
        return SampleSplitForm(rows=rows, initial=request.POST.dict() | {"rows": rows}, **shared)
    typed = request.POST or None
    return SampleSplitForm(typed, rows=_rows(typed or request.GET), initial=initial, **shared)


def _rows(asked, more=0):
    """How many rows are asked for, and so many more."""
    text = asked.get("rows", "")
    rows = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else ROWS_AT_FIRST
    return min(max(rows + more, 1), MOST_ROWS)


def _shares(preview):
    """Where the parts of the bar begin and end, as it is drawn; a bar that is too full is full."""
    whole_g = max(preview.held_g, preview.parts_g + preview.lost_g)
    if not whole_g:
        return None
    names = {"parts": preview.parts_g, "lost": preview.lost_g}
    return {name: percent(mass_g, whole_g) for name, mass_g in names.items()}


def sample_consume(request, pk):
    sample = _sample(request, pk)
    initial = {"seen": sample.revision}
    form = SampleConsumeForm(request.POST or None, sample=sample, user=request.user, initial=initial)
    template, done = "samples/sample_consume.html", _taken(form, _("%(taken)s of %(record)s is consumed. %(left)s"))
    seal = seal_in_the_way(sample.container)
    return verb_page(request, template, form, sample, movements.consume, done=done, asks=True, seal=seal)


def sample_lose(request, pk):
    sample = _sample(request, pk)
    form = SampleLoseForm(request.POST or None, initial={"seen": sample.revision})
    done = _taken(form, _("%(taken)s of %(record)s is declared lost. %(left)s"))
    return verb_page(request, "samples/sample_lose.html", form, sample, movements.lose, done=done, asks=True)


def _taken(form, text):
    """The sentence with what `form` took off a sample and what is left of it."""

    def done(sample):
        left = _("%(mass)s is left.") % {"mass": format_mass(sample.mass_g)} if sample.mass_g else _("Nothing is left.")
        taken = format_mass(form.cleaned_data["mass_g"])
        return sentence(text % {"taken": taken, "record": "%(record)s", "left": left})(sample)

    return done


def sample_merge(request, pk):
    sample = _sample(request, pk)
    initial = {"seen": sample.revision}
    form = SampleMergeForm(request.POST or None, sample=sample, user=request.user, initial=initial)
    done = _("%(into)s now holds what %(sample)s held.") % {"sample": sample, "into": "%(record)s"}
    template, seal = "samples/sample_merge.html", seal_in_the_way(sample.container)
    return verb_page(request, template, form, sample, movements.merge, done=done, asks=True, seal=seal)


def sample_correct(request, pk):
    sample = _sample(request, pk)
    form = SampleCorrectForm(request.POST or None, sample=sample, initial={"seen": sample.revision})

    def done(corrected):
        new_g = form.cleaned_data["mass_g"]
        # From the movement: sent a second time, the sample has the new mass already.
        last = MassMovement.objects.of_sample(corrected).filter(kind=MassMovement.Kind.CORRECTION).latest("pk")
        old_g = new_g - last.mass_g if last.to_sample_id else new_g + last.mass_g
        text = _("The mass of %(record)s is corrected from %(old)s to %(new)s.")
        masses = {"old": format_mass(old_g), "new": format_mass(new_g)}
        return sentence(text % ({"record": "%(record)s"} | masses))(corrected)

    return verb_page(request, "samples/sample_correct.html", form, sample, movements.correct, done=done, asks=True)


def _sample(request, pk):
    return find_to_write(request, Sample.objects.select_related("mission", "container__custodian"), pk)
