"""The two shapes of a page: a list with its filters, and a form that ends in one operation."""

from copy import copy
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from samples import history
from samples.forms.answers import acknowledged, answer, status_of
from samples.forms.records import ReasonForm
from samples.operations import NothingChanged, Refused, Repeated
from samples.operations.submissions import check_not_repeated, save_once
from samples.questions import KINDS, asked
from samples.roles import Right

from .paging import MARKS, BadMark, Page
from .sending import sending_of, token_of


def list_page(request, template, search, queryset, *, csv_url="", complete=None, **context):
    """Show one page of the list that `search` asks for; what cannot be asked is a 400 with the form.

    `complete(records)` adds to the records of the page what its template shows beside their fields.
    """
    page, status = None, 200
    if search.is_valid():
        try:
            page = Page(search.filter(queryset), search, request.GET)
        except BadMark as error:
            search.add_error(None, str(error))
    if page is None:
        status = 400
        page = {"records": [], "count_label": "0"}
    elif complete:
        complete(page.records)
    question = search.question()
    context |= {
        "search": search,
        "page": page,
        "chips": list(search.chips()),
        "sort": search.sort,
        "csv_url": _with_query(csv_url, question) if csv_url and status == 200 else "",
        "is_filtered": status != 200
        or any(key not in ("sort", *KINDS) for key in question)
        or not MARKS.isdisjoint(request.GET),
    }
    return render(request, template, context, status=status)


def _with_query(url, question):
    return f"{url}?{urlencode(question)}" if question else url


def write_page(
    request,
    template,
    form,
    act,
    *,
    back,
    done=None,
    show=None,
    leads_to="",
    once=True,
    only_shown=False,
    record=None,
    **context,
):
    """Show `form`; when it is posted and valid, run `act()` once and go on to what it returns.

    What is refused comes back with all that was typed: 422, 403 where the person may not, and 409 where
    the record was changed after the form was opened, or where the form was saved before and says
    something else now. `done(result)` is the sentence for people; `back` the address to return to. Where
    `show` is given, `show(result)` is the answer, and nothing is gone on to; `leads_to` is an address to go on
    to instead. `once` is for what a second sending would make a second time.
    """
    context |= {"cancel_url": back, "record": record, "submission": once and (token_of(request) or uuid4())}
    status = 200
    if request.method == "POST" and not only_shown:
        try:
            result = _save(request, form, act, once)
        except (Refused, ValidationError) as error:
            if as_wanted := _as_wanted_already(request, form, error, done, record, leads_to):
                return as_wanted
            status = status_of(error)
            context |= (
                _saved_otherwise(form, error, done, record) if isinstance(error, Repeated) else answer(form, error)
            )
        else:
            if result is not None and show:
                return show(result)
            if result is not None:
                messages.success(request, done(result))
                return redirect(leads_to or result)
            status = 422
    context |= {"form": form, "fieldsets": list(form.fieldsets())}
    return render(request, template, context, status=status)


def _save(request, form, act, once):
    """What `act()` wrote; None where the form has faults. Raises Repeated, and what the operation refuses."""
    if not once:
        return act() if form.is_valid() else None
    if (token := token_of(request)) is None:
        if form.is_bound:
            form.add_error(None, _("This form came without its number. It has one now: look through it and send it."))
        return None
    sending = sending_of(request, token)
    if form.is_valid():
        return save_once(sending, act)
    # The faults may come of the first sending itself: by now the identifier is taken, the record void.
    check_not_repeated(sending)
    return None


def _as_wanted_already(request, form, error, done, record, leads_to):
    """Where the inventory is as the person wants it: the way to the record, and a word. Else None."""
    if isinstance(error, Repeated) and error.is_same:
        record = error.submission.made()
        told = format_html("{} {}", done(record), _("The form came twice and was saved once."))
    elif isinstance(error, NothingChanged) and form.conflict:
        told = sentence(_("%(record)s stays as it is now: nothing of yours was left to save."))(record)
    else:
        return None
    messages.info(request, told)
    return redirect(leads_to or record)


def _saved_otherwise(form, error, done, record):
    """Context of a form that was saved and then filled in otherwise: sent once more, it is an act of its own."""
    seen = form.cleaned_data.get("seen")
    if record is not None and seen is not None and seen != record.revision:
        # What the first sending changed, and whatever was changed since.
        form.catch_up(record, seen)
    made = done(error.submission.made()) if error.is_own else ""
    return {"saved_before": {"made": made, "at": error.submission.at}, "submission": uuid4()}


def register_page(request, template, form, register, *, back, **context):
    """A form that registers a record."""
    return write_page(
        request,
        template,
        form,
        lambda: register(**form.arguments(), by=request.user),
        done=sentence(_("%(record)s is registered.")),
        back=back,
        **context,
    )


def amend_page(request, template, form_class, record, amend, **arguments):
    """A form that amends a record, opened on the revision that is on the page."""
    # A copy, because validation writes what was typed into the form's instance.
    form = form_class(request.POST or None, instance=copy(record), initial={"seen": record.revision})
    return write_page(
        request,
        template,
        form,
        lambda: amend(
            **{record._meta.model_name: record},
            changes=form.changes(),
            seen=form.cleaned_data["seen"] or 0,
            reason=form.cleaned_data["reason"],
            by=request.user,
            **arguments,
        ),
        done=sentence(_("%(record)s is amended.")),
        back=record.get_absolute_url(),
        record=record,
    )


def verb_page(request, template, form, record, verb, *, done, asks=False, **context):
    """A form for one verb on a record, such as move or void; `done` has %(record)s in it, or makes the sentence.

    `asks`: the verb may ask whether something unlikely is meant.
    """
    answered = {"acknowledged": acknowledged(request.POST)} if asks else {}
    return write_page(
        request,
        template,
        form,
        lambda: verb(
            **{record._meta.model_name: record},
            **form.arguments(),
            **answered,
            seen=form.cleaned_data["seen"] or 0,
            by=request.user,
        ),
        done=done if callable(done) else sentence(done),
        back=record.get_absolute_url(),
        record=record,
        **context,
    )


def history_tab(request, record):
    """Context of the history tab: the newest changes, or those before the revision that the address names."""
    before = request.GET.get("before", "")
    before = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    changes = history.history_of(record, before)
    return {"changes": changes, "older": changes[-1].revision if changes and changes[-1].revision > 1 else None}


def reason_form(request, record):
    return ReasonForm(request.POST or None, initial={"seen": record.revision})


def may_act(user, record=None):
    """Whether `user` may do anything here: nothing of the past is changed, nor a void record."""
    return asked() is None and user.may(Right.WORK) and not (record and record.is_void)


def action(label, icon, url, refused="", primary=False, rare=False):
    """One entry of an action bar; `refused` says in words why it is not possible now, `rare` puts it behind "More"."""
    return {"label": label, "icon": icon, "url": url, "refusal": refused, "primary": primary, "rare": rare, "step": ""}


def action_bar(actions):
    """The actions with their refusals numbered, so that the same words stand on the page once.

    What only rare ones are refused for is told with them, behind "More".
    """
    numbers = {}
    told_at_once = {entry["refusal"] for entry in actions if not entry["rare"]}
    for entry in actions:
        refused = entry["refusal"]
        entry["refusal_number"] = numbers.setdefault(refused, len(numbers) + 1) if refused else 0
        entry["told_with_more"] = refused not in told_at_once
    return actions


def tab(label, url, current, count=None):
    return {"label": label, "url": url, "current": current, "count": count}


def record_link(record):
    return format_html('<a class="id" href="{}">{}</a>', record.get_absolute_url(), record)


def sentence(text):
    """A `done` for write_page: `text` with the record's link in the place of %(record)s."""
    return lambda record: format_html(text.replace("%(record)s", "{}"), record_link(record))


def find(queryset, pk):
    """The record with the key `pk`, or a 404 that does not tell whether it exists for others."""
    # SQLite cannot hold a larger number and would fail instead of finding nothing.
    if (isinstance(pk, int) and pk >= 2**63) or (record := queryset.filter(pk=pk).first()) is None:
        raise Http404(_("There is no such record, or it is not shown to your role."))
    return record


def find_to_write(request, queryset, pk):
    """The record that a form is about: a live one, or a 404.

    Of what is sent also a void one, which the operation refuses in words and with all that was typed:
    perhaps it was this form, sent twice, that made it void.
    """
    return find(queryset if request.method == "POST" else queryset.live(), pk)


def not_now(request, record, refused):
    """There is no form to fill in for what is refused whatever is typed; the page of `record` says why."""
    messages.warning(request, refused)
    return redirect(record)


def refusal(check, *arguments):
    """Why `check(*arguments)` refuses, in words; empty where it does not."""
    try:
        check(*arguments)
    except Refused as error:
        return error.message
    return ""
