"""The pages of the console, found from what is registered."""

from django.urls import reverse

from samples.admin import console

# Records that have a History page in the laboratory.
WITH_A_PAGE = ["mission", "custodian", "location", "container", "sample", "handoff", "balance", "discrepancy"]
WITHOUT_A_PAGE = ["seal", "handoffline", "signature", "weighing", "gapexplanation", "massmovement", "import"]
SIGN_INS = ["accesslog", "accessfailurelog"]
RECORDS = WITH_A_PAGE + WITHOUT_A_PAGE


def registered():
    """{name: ModelAdmin} of everything in the console."""
    return {model._meta.model_name: page for model, page in console._registry.items()}


def url(name, page, *args):
    app = registered()[name].opts.app_label
    return reverse(f"admin:{app}_{name}_{page}", args=args)


def an_object(name):
    return registered()[name].model._default_manager.order_by("pk").last()


def pages_of(name):
    """The addresses of all pages of one kind of record, for an object that exists."""
    pk = an_object(name).pk
    of_one = [url(name, page, pk) for page in ("change", "history", "delete")]
    return [url(name, "changelist"), url(name, "add"), *of_one]


def site_pages():
    names = ["index", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n"]
    return [*(reverse(f"admin:{name}") for name in names), reverse("admin:app_list", args=["samples"])]


def every_page():
    return [*site_pages(), *(page for name in registered() for page in pages_of(name)), "/admin/nowhere/"]
