"""The words of the visual language for templates: masses, moments, icons, badges, bars, fields."""

from datetime import UTC, datetime
from functools import cache

from django import forms, template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from lucide import _render_icon

from samples import questions
from samples.audit.checkpoints import checkpoint as newest_checkpoint
from samples.templatetags import charts, plots
from samples.units import format_depth, split_mass

register = template.Library()

ORIGINS = {
    "drill": gettext_lazy("Drill"),
    "scoop": gettext_lazy("Scoop"),
    "mixed": gettext_lazy("Mixed"),
}
PAGING = ("before", "after")

register.simple_tag(questions.address, name="address")
register.inclusion_tag("components/_scale.html", name="scale")(charts.scale)
register.inclusion_tag("components/_minibar.html", name="minibar")(charts.minibar)
register.inclusion_tag("components/_plot.html", name="weighing_plot")(plots.weighing_plot)


def _not_recorded():
    return format_html('<span class="dim">{}</span>', _("not recorded"))


@register.simple_tag
def checkpoint():
    """The ledger's newest Checkpoint, or None while the ledger is empty; one query."""
    return newest_checkpoint()


@register.filter
def mass(grams):
    """Write a mass at full precision, its trailing zeros and unit dimmed but never cut off."""
    if grams is None:
        return _not_recorded()
    significant, zeros = split_mass(grams)
    return format_html(
        '<span class="mass{}">{}<span class="mass-z">{}</span><span class="unit">&nbsp;g</span></span>',
        "" if grams else " zero",
        significant,
        zeros,
    )


@register.filter
def plain_mass(grams):
    """Write a mass as a script reads it: grams with a point, nothing for none."""
    return "" if grams is None else f"{grams:f}"


@register.filter
def mass_difference(grams):
    """Write a difference of masses, with its sign where there is one."""
    return format_html("{}{}", "+" if grams > 0 else "", mass(grams))


@register.filter
def depth(centimetres):
    if centimetres is None:
        return _not_recorded()
    return format_html('<span class="depth">{}<span class="unit">&nbsp;cm</span></span>', format_depth(centimetres))


@register.filter
def depth_range(top_cm, bottom_cm):
    """Write a depth interval: "28.7 – 70 cm"."""
    return format_html(
        '<span class="depth">{} – {}<span class="unit">&nbsp;cm</span></span>',
        format_depth(top_cm),
        format_depth(bottom_cm),
    )


@register.filter
def moment(at):
    """Write an aware datetime in the time zone of the page; a naive one is refused by localtime."""
    if at is None:
        return _not_recorded()
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}">{}</time>',
        at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        # Translators: how a moment is written, in the letters of Django's date filter.
        date_format(local, _("j M Y, H:i"), use_l10n=False),
    )


@register.filter
def moment_exact(at):
    """Write a moment in the page's zone with its offset, to the second or microsecond where it has any."""
    local = timezone.localtime(at)
    finer = f":{local:%S.%f}" if local.microsecond else f":{local:%S}" if local.second else ""
    return f"{date_format(local, _('j M Y, H:i'), use_l10n=False)}{finer} UTC{local.isoformat()[-6:]}"


@register.filter
def utc(at):
    """Write a moment in UTC, as an address takes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@register.filter
def day(at):
    """Write a date, or the day on which an aware datetime falls in the time zone of the page."""
    if at is None:
        return _not_recorded()
    date = timezone.localtime(at).date() if isinstance(at, datetime) else at
    return format_html(
        '<time datetime="{}">{}</time>',
        date.isoformat(),
        # Translators: how a day is written, in the letters of Django's date filter.
        date_format(date, _("j M Y"), use_l10n=False),
    )


@register.simple_tag
def icon(name, size=20):
    """Draw a Lucide icon; it is hidden from screen readers, so a word must stand beside it."""
    return _drawn(name + "", size)


@cache
def _drawn(name, size):
    # Lucide copies and writes out a tree of elements each time; a page has dozens of the same few.
    return mark_safe(_render_icon(name, size, **{"class": "icon", "aria-hidden": "true"}))


@register.inclusion_tag("components/_badge.html")
def badge(text, icon=None, tone=""):
    return {"text": text, "icon": icon, "tone": tone}


@register.inclusion_tag("components/_badge.html")
def origin_badge(origin):
    return {"text": ORIGINS.get(origin, ""), "tone": origin, "glyphs": _glyphs(origin)}


def _glyphs(origin):
    return ("drill", "scoop") if origin == "mixed" else (origin,)


@register.simple_tag(takes_context=True)
def sort_header(context, key, label, numeric=False):
    """A column head whose link sorts by `key`, turning round if the list is sorted by it already."""
    current = context.get("sort") or ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    # A page mark of one order means nothing in another, so a new order starts on the first page.
    query = context["request"].GET.copy()
    for name in PAGING:
        query.pop(name, None)
    query["sort"] = f"-{key}" if direction == "ascending" else key
    arrow = {"ascending": "arrow-up", "descending": "arrow-down"}.get(direction)
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="?{}">{}{}</a></th>',
        mark_safe(' class="num"') if numeric else "",
        format_html(' aria-sort="{}"', direction) if direction else "",
        query.urlencode(),
        label,
        icon(arrow, 16) if arrow else "",
    )


@register.filter
def control_kind(field):
    """Which frame components/_field.html draws around the widget of a bound field."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.Select) and not getattr(widget, "allow_multiple_selected", False):
        return "select"
    return "unit" if widget.attrs.get("data-unit") else "text"


@register.filter
def unit_of(field):
    return field.field.widget.attrs.get("data-unit", "")


@register.simple_tag
def control(field):
    """Render the widget alone, tied to the hint, the error and the unit that _field.html shows."""
    described_by = []
    if field.help_text:
        described_by.append(f"{field.auto_id}_helptext")
    if field.errors:
        described_by.append(f"{field.auto_id}_error")
    if unit_of(field):
        described_by.append(f"{field.auto_id}_unit")
    attrs = {"aria-describedby": " ".join(described_by)} if described_by else {}
    if field.errors:
        attrs["aria-invalid"] = "true"
    if (
        isinstance(field.field.widget, (forms.TextInput, forms.PasswordInput))
        and "autocomplete" not in field.field.widget.attrs
    ):
        # A browser must not offer yesterday's seal number or mass as today's reading.
        is_password = isinstance(field.field.widget, forms.PasswordInput)
        attrs["autocomplete"] = "current-password" if is_password else "off"
    return field.as_widget(attrs=attrs)


@register.inclusion_tag("components/_error_summary.html")
def error_summary(form, formset=None):
    """List every fault of a form, and of its formset, as links to the fields."""
    forms_ = [form, *(formset.forms if formset else [])]
    general = [str(error) for one in forms_ if one.is_bound for error in one.non_field_errors()]
    if formset and formset.is_bound:
        general += [str(error) for error in formset.non_form_errors()]
    faults = [
        {"target": _target(field), "label": "" if field.is_hidden else field.label, "sentences": list(field.errors)}
        for one in forms_
        if one.is_bound
        for field in one
        if field.errors
    ]
    secrets = [getattr(field.widget, "input_type", "") == "password" for field in form.fields.values()]
    return {
        "general": general,
        "faults": faults,
        "count": len(general) + len(faults),
        "has_password": any(secrets),
        "is_of_passwords": all(secrets),
        "has_file": form.is_multipart(),
    }


def _target(field):
    """The id to jump to; a group has no control of its own, so its first choice is taken."""
    return f"{field.auto_id}_0" if control_kind(field) in {"radios", "checkboxes"} else field.id_for_label


@register.simple_block_tag
def kept(content):
    """Keep what a block rendered under a name (`as …`), to use it twice: title and heading."""
    return mark_safe(content.strip())


@register.simple_block_tag
def slot(content, element, css_class, label=""):
    """Wrap what a page filled in, or leave nothing: an empty nav would still be announced."""
    if not content.strip():
        return ""
    return format_html(
        '<{0} class="{1}"{2}>{3}</{0}>',
        element,
        css_class,
        format_html(' aria-label="{}"', label) if label else "",
        content,
    )
