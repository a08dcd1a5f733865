"""One act on several records: chosen in a list, or scanned; all of them are done or none."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from samples.forms.answers import acknowledged
from samples.forms.bulk import (
    Choice,
    ChosenForm,
    ContainerMoveManyForm,
    ContainerWeighManyForm,
    SampleAssignManyForm,
    SampleMoveManyForm,
)
from samples.models import place_containers, place_samples
from samples.operations import Several, containers, samples, weighings
from samples.questions import KINDS, asked
from samples.roles import Right

from .pages import write_page
from .weighings import with_discrepancies

# In the address: the question of the list that one came from and goes back to.
BACK = "back"
LONGEST_BACK = 2000


@dataclass(frozen=True)
class Verb:
    """One verb of a list, for the rows that are chosen there."""

    label: str
    icon: str
    url: str


def container_verbs(user):
    """What `user` may do with chosen containers, in the order of the work."""
    if asked() or not user.sees_all:
        return []
    verbs = []
    if user.may(Right.WORK):
        verbs = [
            Verb(_("Weigh"), "scale", reverse("container_weigh_many")),
            Verb(_("Move"), "move", reverse("container_move_many")),
            Verb(_("Release"), "send", reverse("handoff_release")),
        ]
    return [*verbs, Verb(_("Print labels"), "qr-code", reverse("label_sheet"))]


def sample_verbs(user):
    """What `user` may do with chosen samples, in the order of the work."""
    if asked() or not user.sees_all:
        return []
    verbs = []
    if user.may(Right.WORK):
        verbs.append(Verb(_("Move"), "move", reverse("sample_move_many")))
    if user.may(Right.CURATE):
        verbs.append(Verb(_("Set use category"), "tag", reverse("sample_assign_many")))
    return [*verbs, Verb(_("Print labels"), "qr-code", reverse("label_sheet"))]


def choosing(search, verbs, noun):
    """Context of a list whose rows can be chosen for `verbs`; nothing of it where there are none."""
    question = {name: value for name, value in search.question().items() if name not in KINDS}
    return {"verbs": verbs, "chosen_name": f"{noun}s", "back": urlencode(question)} if verbs else {}


def container_weigh_many(request):
    opened = []

    def weigh(**arguments):
        made = weighings.record_many(**arguments)
        opened.extend(weighings.discrepancies_told_by(made))
        return made

    def done(_weighing, count):
        told = ngettext("%(count)s container is weighed.", "%(count)s containers are weighed.", count)
        return with_discrepancies(told % {"count": count}, opened)

    return _many_page(request, "samples/container_weigh_many.html", "container", ContainerWeighManyForm, weigh, done)


def container_move_many(request):
    def done(_container, count):
        return ngettext("%(count)s container is moved.", "%(count)s containers are moved.", count) % {"count": count}

    template = "samples/container_move_many.html"
    return _many_page(request, template, "container", ContainerMoveManyForm, containers.move_many, done)


def sample_move_many(request):
    def done(_sample, count):
        return ngettext("%(count)s sample is moved.", "%(count)s samples are moved.", count) % {"count": count}

    return _many_page(request, "samples/sample_move_many.html", "sample", SampleMoveManyForm, samples.move_many, done)


def sample_assign_many(request):
    def assign(*, acknowledged, **arguments):
        return samples.assign_many(**arguments)

    def done(sample, count):
        told = ngettext(
            "%(count)s sample has the use category now: %(category)s.",
            "%(count)s samples have the use category now: %(category)s.",
            count,
        )
        return told % {"count": count, "category": sample.get_use_category_display().lower()}

    return _many_page(request, "samples/sample_assign_many.html", "sample", SampleAssignManyForm, assign, done)


def _many_page(request, template, noun, form_class, act, done):
    """The page of one act on many; `act` returns the records it wrote, `done(the first, their count)` the sentence."""
    choice = _choice(request, noun)
    if not choice.records or choice.is_too_many:
        return _choose(request, template, choice)
    place = place_containers if noun == "container" else place_samples
    form = form_class(request.POST or None, records=place(choice.records))

    def act_once():
        try:
            [first, *_others] = act(**form.arguments(), acknowledged=acknowledged(request.POST), by=request.user)
        except Several as error:
            raise form.at_rows(error) from error
        return first

    list_url = _list_url(request, noun)
    return write_page(
        request,
        template,
        form,
        act_once,
        done=lambda record: done(record, len(form.kept_rows())),
        back=list_url,
        leads_to=list_url,
        choice=choice,
    )


def _choice(request, noun):
    """What was sent with the form; where that names nothing, what the address names."""
    options = {"is_sent": request.method == "POST", "host": request.get_host()}
    sent, asked_for = (" ".join(each.getlist(f"{noun}s")) for each in (request.POST, request.GET))
    choice = Choice(noun, sent or asked_for, **options)
    return choice if choice.records or not sent else Choice(noun, asked_for or sent, **options)


def _choose(request, template, choice):
    """There is no form yet: the page says why, and takes what is typed or scanned."""
    form = ChosenForm({choice.name: choice.text} if choice.text else None, choice=choice)
    if choice.is_too_many:
        form.add_error(choice.name, choice.too_many())
    elif request.method == "POST" and not form.is_bound:
        form = ChosenForm({choice.name: ""}, choice=choice)
    status = 422 if request.method == "POST" else 200 if not choice.text else 400
    list_url = reverse(f"{choice.noun}_list")
    return render(request, template, {"choosing": form, "form": form, "cancel_url": list_url}, status=status)


def _list_url(request, noun):
    """The list that one came from, with its filters; nothing that leads elsewhere is kept."""
    question = QueryDict(request.GET.get(BACK, "")[:LONGEST_BACK].encode()).urlencode()
    return f"{reverse(f'{noun}_list')}?{question}" if question else reverse(f"{noun}_list")
