"""What nobody foresaw, and a database that somebody keeps to himself."""

import pytest
from django.db import OperationalError
from django.test import Client

from samples.views import overview


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OperationalError("database is locked"), 503, "labinv is busy"),
        (OperationalError("no such table: x"), 500, "Something broke here"),
        (RuntimeError("locked"), 500, "Something broke here"),
    ],
)
def test_a_locked_database_passes_and_other_faults_are_ours(lab, monkeypatch, error, status, says):
    def fail(request):
        raise error

    monkeypatch.setattr(overview, "render", lambda *args, **kwargs: fail(None))
    client = Client(raise_request_exception=False)
    client.force_login(lab.technician)

    answer = client.get("/")

    assert answer.status_code == status
    assert says in answer.text
