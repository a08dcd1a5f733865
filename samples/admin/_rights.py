"""What every page of the console keeps to: rights instead of Django's permissions, no actions, no deleting."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from samples.roles import Right

from ._questions import LONGEST_SEARCH, is_asked_by

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class ByRights(admin.ModelAdmin):
    """A page that people see by the right it names; nothing is added, changed or deleted unless it says so."""

    right = Right.SEE_CONSOLE

    actions = None
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    # Whether the detail links to a history.
    has_history = True

    def has_view_permission(self, request, obj=None):
        return request.user.may(self.right)

    def has_module_permission(self, request):
        return request.user.may(self.right)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @property
    def plural(self):
        """What the records of this kind are called over their list and in the way back to it."""
        return capfirst(self.opts.verbose_name_plural)

    @property
    def add_label(self):
        return _("Add %(record)s") % {"record": self.opts.verbose_name}

    def changelist_view(self, request, extra_context=None):
        refuse_writing(request)
        names = {"title": self.plural, "plural": self.plural, "add_label": self.add_label}
        return super().changelist_view(request, names | (extra_context or {}))

    def history_view(self, request, object_id, extra_context=None):
        """The changes of one object: whatever `history_response` makes of it."""
        refuse_writing(request)
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self.history_response(request, record)

    def history_response(self, request, record):
        raise NotImplementedError

    def render_history(self, request, record, changes):
        """The page of `changes` (samples/history.py) for a record that has no History page of its own."""
        context = self.admin_site.each_context(request) | {
            "title": _("History of %(record)s") % {"record": record},
            "record": record,
            "opts": self.opts,
            "plural": self.plural,
            "changes": changes,
        }
        return render(request, "admin/record_history.html", context)

    def get_search_results(self, request, queryset, search_term):
        if len(search_term) > LONGEST_SEARCH:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def lookup_allowed(self, lookup, value, request=None):
        """Only what the filters of the page ask: other lookups could feel out columns that are not shown."""
        return any(is_asked_by(filter_, self.model, lookup, value) for filter_ in self.get_list_filter(request))

    def get_changeform_initial_data(self, request):
        """Nothing: a link must not fill in somebody's form."""
        return {}

    def render_change_form(self, request, context, **kwargs):
        context |= {"has_history": self.has_history, "plural": self.plural}
        return super().render_change_form(request, context, **kwargs)


def refuse_writing(request):
    """Raise PermissionDenied for a method that could change something, on a page that only reads."""
    if request.method not in SAFE_METHODS:
        raise PermissionDenied
