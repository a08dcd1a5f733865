from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from samples.chains import custody_chain
from samples.forms.answers import acknowledged
from samples.forms.containers import (
    ContainerAmendForm,
    ContainerMoveForm,
    ContainerRegisterForm,
    ContainerTakeOutForm,
    NoteDamageForm,
    SealApplyForm,
    UnsealForm,
)
from samples.forms.search import ContainerSearch
from samples.models import Container, Sample, place_containers
from samples.operations import containers, seals

from .bulk import choosing, container_verbs
from .container_page import container_page, contents_tree, custody_tab
from .labels import label_file
from .pages import (
    amend_page,
    find,
    find_to_write,
    history_tab,
    list_page,
    not_now,
    reason_form,
    refusal,
    register_page,
    sentence,
    verb_page,
    write_page,
)


def container_list(request):
    search = ContainerSearch(request.GET, request.user)
    visible = Sample.objects.visible_to(request.user)
    return list_page(
        request,
        "samples/container_list.html",
        search,
        Container.objects.visible_to(request.user).select_related("custodian", "mission"),
        csv_url=reverse("export_containers"),
        complete=lambda page: place_containers(page, visible),
        **choosing(search, container_verbs(request.user), "container"),
    )


def container_register(request):
    initial = {
        "custodian": request.user.custodian_id,
        "parent": request.GET.get("parent"),
        "mission": request.GET.get("mission"),
    }
    form = ContainerRegisterForm(request.POST or None, initial=initial)
    return register_page(
        request, "samples/container_register.html", form, containers.register, back=reverse("container_list")
    )


def container_detail(request, pk):
    container = _visible(request, pk)
    context = container_page(request, container, "contents")
    return render(request, "samples/container_detail.html", context | contents_tree(container, request.user))


def container_custody(request, pk):
    container = _visible(request, pk)
    chain = custody_chain(container, in_full=request.user.sees_all)
    context = container_page(request, container, "custody") | custody_tab(chain, request.user)
    return render(request, "samples/container_custody.html", context)


def container_seals(request, pk):
    container = _visible(request, pk)
    context = container_page(request, container, "seals") | {"seals": container.seals.order_by("-pk")}
    return render(request, "samples/container_seals.html", context)


def container_label(request, pk):
    return label_file(request, find(_plain().live().visible_to(request.user), pk))


def container_history(request, pk):
    container = find(_plain(), pk)
    context = container_page(request, container, "history") | history_tab(request, container)
    return render(request, "samples/container_history.html", context)


def container_amend(request, pk):
    container = find_to_write(request, Container.objects, pk)
    meant = acknowledged(request.POST)
    template = "samples/container_amend.html"
    return amend_page(request, template, ContainerAmendForm, container, containers.amend, acknowledged=meant)


def container_move(request, pk):
    container = find_to_write(request, Container.objects, pk)
    form = ContainerMoveForm(request.POST or None, initial={"seen": container.revision})
    done = _("%(record)s is moved.")
    return verb_page(request, "samples/container_move.html", form, container, containers.move, done=done, asks=True)


def container_take_out(request, pk):
    container = find_to_write(request, Container.objects.select_related("parent"), pk)
    form = ContainerTakeOutForm(request.POST or None, initial={"seen": container.revision})
    done = _("%(record)s is taken out.")
    return verb_page(
        request, "samples/container_take_out.html", form, container, containers.take_out, done=done, asks=True
    )


def container_void(request, pk):
    container = find_to_write(request, Container.objects, pk)
    form = reason_form(request, container)
    done = _("%(record)s is void; it stays readable.")
    return verb_page(request, "samples/container_void.html", form, container, containers.void, done=done)


def container_seal(request, pk):
    container = find_to_write(request, Container.objects, pk)
    if request.method != "POST" and (refused := refusal(seals.check_unsealed, container)):
        return not_now(request, container, refused)
    form = SealApplyForm(request.POST or None)

    def act():
        return seals.apply(container=container, **form.arguments(), by=request.user).container

    return write_page(
        request,
        "samples/container_seal.html",
        form,
        act,
        done=sentence(_("%(record)s is sealed.")),
        back=container.get_absolute_url(),
        record=container,
    )


def container_unseal(request, pk):
    container = find_to_write(request, Container.objects, pk)
    if request.method != "POST" and (refused := refusal(seals.seal_on, container)):
        return not_now(request, container, refused)
    form = UnsealForm(request.POST or None)

    def act():
        arguments = form.arguments() | {"acknowledged": acknowledged(request.POST)}
        seal = seals.unseal(container=container, **arguments, by=request.user)
        return seal.container

    return write_page(
        request,
        "samples/container_unseal.html",
        form,
        act,
        done=sentence(_("%(record)s is unsealed.")),
        back=container.get_absolute_url(),
        record=container,
        seal=container.seal(),
    )


def container_note_damage(request, pk):
    container = find_to_write(request, Container.objects, pk)
    if request.method != "POST" and (refused := refusal(_seal_to_note, container)):
        return not_now(request, container, refused)
    form = NoteDamageForm(request.POST or None)

    def act():
        return seals.note_damage(container=container, **form.arguments(), by=request.user).container

    return write_page(
        request,
        "samples/container_note_damage.html",
        form,
        act,
        done=sentence(_("The damage of the seal of %(record)s is noted.")),
        back=container.get_absolute_url(),
        record=container,
        seal=container.seal(),
    )


def _seal_to_note(container):
    seals.check_undamaged(seals.seal_on(container))


def _plain():
    return Container.objects.select_related("custodian", "mission", "location", "parent")


def _visible(request, pk):
    return find(_plain().visible_to(request.user), pk)
