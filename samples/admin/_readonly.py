"""Records in the console: every field to read, exactly as it is kept, and no way to write one."""

from functools import cache

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from samples.history import history_of
from samples.models import DegreesField, DepthField, MassDifferenceField, MassField, User
from samples.templatetags.labinv import day, depth, mass, mass_difference, moment
from samples.units import MINUS

from ._rights import ByRights

EMPTY = "–"
# What every record has beside its own facts; the detail shows it last.
KEPT_ABOUT_IT = ["id", "revision", "voided_at", "voided_by", "void_reason"]


def degrees(value):
    return f"{value}°".replace("-", MINUS)


def yes_or_no(value):
    return _("yes") if value else _("no")


# The first kind that fits writes the field; a moment is a date too.
WRITTEN_BY = {
    MassField: mass,
    MassDifferenceField: mass_difference,
    DepthField: depth,
    DegreesField: degrees,
    models.DateTimeField: moment,
    models.DateField: day,
    models.BooleanField: yes_or_no,
}


@cache
def column(model, name):
    """A column of the list and line of the detail: `name` itself, or what writes that field with its unit."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    if field.related_model is User:
        return _named(field)
    for kind, write in WRITTEN_BY.items():
        if isinstance(field, kind):
            return _written(field, write)
    return name


def _named(field):
    """A person by name alone: not everybody who reads records here may read accounts."""

    @admin.display(description=field.verbose_name, ordering=field.name)
    def shown(record):
        return getattr(record, field.name) or EMPTY

    shown.__name__ = field.name
    return shown


def _written(field, write):
    @admin.display(description=field.verbose_name, ordering=field.name)
    def shown(record):
        value = field.value_from_object(record)
        return EMPTY if value is None else write(value)

    # The admin makes its CSS class `field-…` of it.
    shown.__name__ = field.name
    return shown


class Validity(admin.SimpleListFilter):
    """Live records, or those that were withdrawn."""

    title = gettext_lazy("validity")
    parameter_name = "void"

    def lookups(self, request, model_admin):
        return [("no", _("Live")), ("yes", _("Void"))]

    def queryset(self, request, queryset):
        if self.value() == "yes":
            return queryset.exclude(voided_at=None)
        return queryset.filter(voided_at=None) if self.value() == "no" else queryset


class ReadOnly(ByRights):
    """One kind of record: a list, a detail with every field, and the way to its history."""

    # Names of fields; masses, depths and moments are written by column().
    columns = []

    def get_list_display(self, request):
        return [column(self.model, name) for name in self.columns]

    def typed(self, request, record):
        """The names of fields that stand in a form, and not among what is read."""
        return []

    def get_fieldsets(self, request, obj=None):
        typed = self.typed(request, obj)
        names = [field.name for field in self.model._meta.concrete_fields if field.name not in typed]
        # `parent` comes from the base of trees, before the record's own name.
        own = sorted((name for name in names if name not in KEPT_ABOUT_IT), key="parent".__eq__)
        about = [name for name in KEPT_ABOUT_IT if name in names]
        return [(None, {"fields": self._lines(own)}), (_("Kept about it"), {"fields": self._lines(about)})]

    def get_readonly_fields(self, request, obj=None):
        return self._lines(field.name for field in self.model._meta.concrete_fields)

    def _lines(self, names):
        return [column(self.model, name) for name in names]


class Record(ReadOnly):
    """An audited record that has a History page in the laboratory: `<noun>_history`."""

    def history_response(self, request, record):
        return redirect(f"{self.opts.model_name}_history", record.pk)


class Part(ReadOnly):
    """An audited record that is read on another one's page; its history is a page of the console."""

    def history_response(self, request, record):
        return self.render_history(request, record, history_of(record))
