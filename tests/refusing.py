"""What every refusal has in common: a sentence with the numbers, and nothing changed."""

from contextlib import contextmanager

import pytest
from django.apps import apps

from samples.models import AccountEvent, Audited, Token


def plain(text):
    """A sentence with ordinary spaces for its no-break ones."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def state():
    """Every record's revision and every count of history rows: equal before and after a refusal."""
    models = [model for model in apps.get_app_config("samples").get_models() if issubclass(model, Audited)]
    return {
        model.__name__: (
            list(model.objects.order_by("pk").values_list("pk", "revision")),
            model.history.count(),
        )
        for model in models
    } | {"events": AccountEvent.objects.count(), "tokens": list(Token.objects.order_by("pk").values_list())}


@contextmanager
def refused(exception, *parts, field=None):
    """The block raises `exception`, whose sentence has `parts` in it, and leaves no trace in the database."""
    before = state()

    with pytest.raises(exception) as refusal:
        yield refusal

    sentence = plain(" ".join(getattr(refusal.value, "messages", [str(refusal.value)])))
    for part in parts:
        assert part in sentence
    if field is not None:
        named = refusal.value.message_dict if hasattr(refusal.value, "messages") else [refusal.value.field]
        assert field in named
    assert state() == before
