"""Who reads what at the door for scripts, and what it refuses: each time a problem with a sentence."""

import pytest
from django.test import Client
from django.utils import timezone

from samples.operations import Busy, data
from samples.roles import Role
from samples.selections import SOURCES, names_for
from tests import factories
from tests.views.test_api_records import ask, entries, fault, grains, read, script, small_pages

__all__ = ["small_pages"]

# Who may read what.


@pytest.mark.parametrize("role", list(Role))
def test_each_role_reads_its_datasets_and_no_other(lab, role):
    user = getattr(lab, role)
    client = script(user)

    answers = {name: client.get(f"/api/{name}").status_code for name in SOURCES}

    assert answers == {name: 200 if name in names_for(user) else 403 for name in SOURCES}


def test_a_researcher_reads_what_is_published_and_is_counted_no_more(lab):
    factories.sample(lab.technician, "SECRET-1", lab.bottle)
    client = script(lab.researcher)
    assert ask(client, "/api/samples")[0]["rows"] == 0

    factories.publish(lab.curator, lab.soil)

    body, _headers = ask(client, "/api/samples")
    assert ([record["identifier"] for record in body["records"]], body["rows"]) == (["CE6C0001"], 1)
    assert ask(client, "/api/samples", as_of=timezone.now().isoformat())[0]["rows"] == 1
    assert "ask what was so then, with “as_of”" in fault(
        client, "/api/samples", 403, recorded_at=timezone.now().isoformat()
    )
    assert "remarks" not in ask(client, "/api/handoffs")[0]
    assert "there is no column “remarks”" in fault(client, "/api/handoffs", 400, columns="remarks")
    assert "came_with: there is no such filter" in fault(client, "/api/samples", 400, came_with="1")


def test_a_researcher_reads_no_further_than_is_published_on_later_pages(lab, small_pages):
    grains(lab)
    published = [lab.soil, *lab.bottle.samples.filter(identifier__in=["S-01", "S-04", "S-07", "S-09"])]
    for sample in published:
        factories.publish(lab.curator, sample)

    found = [record["identifier"] for record in read(script(lab.researcher), "/api/samples")]

    assert found == sorted(sample.identifier for sample in published)


def test_without_a_token_it_is_401_and_says_where_they_are_made(db):
    told, headers = ask(Client(), "/api/samples", 401)

    assert headers["WWW-Authenticate"] == 'Bearer realm="labinv"'
    assert told["detail"].endswith("Tokens are made at http://testserver/account/tokens/")
    assert "labinv does not know this token" in fault(
        Client(headers={"Authorization": "Bearer labinv_x"}), "/api/samples", 401
    )
    # What is there and what is not, only who has a token learns.
    assert fault(Client(), "/api/nothing", 401)


def test_a_browser_without_a_session_is_sent_to_the_sign_in_page(db):
    response = Client().get("/api/samples", headers={"Accept": "text/html,*/*;q=0.8"})

    assert response.headers["Location"] == "/sign-in/?next=/api/samples"


# What is refused.


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"colour": "grey"}, "colour: there is no such filter."),
        ({"before": "W10="}, "before: there is no such filter."),
        ({"limit": "5"}, "limit: there is no such filter."),
        ({"origin": "sea"}, "origin: Select a valid choice. sea is not one of the available choices."),
        ({"sort": "colour"}, "sort: This list is not sorted by “colour”."),
        ({"columns": "colour"}, "columns: there is no column “colour”."),
        ({"mass_unit": "lb"}, "mass_unit: “lb” is no unit of mass here."),
        ({"as_of": "2999-01-01"}, "is in the future"),
        ({"as_of": "yesterday"}, "“yesterday” is no moment."),
    ],
)
def test_what_cannot_be_asked_is_400_with_what_is_wrong(lab, query, sentence):
    client = script(lab.technician)

    assert sentence in fault(client, "/api/samples", 400, **query)
    assert entries().count() == 0


def test_every_fault_is_told_at_once_with_the_way_on(lab):
    told, _headers = ask(script(lab.technician), "/api/samples", 400, colour="grey", origin="sea")

    assert [each.partition(":")[0] for each in told["faults"]] == ["colour", "origin"]
    assert told["detail"].endswith("What can be asked is at http://testserver/api/")


def test_records_that_tell_of_every_moment_by_themselves_have_no_past(lab):
    assert "as_of: these records tell of every moment" in fault(
        script(lab.technician), "/api/audit", 400, as_of="2024-06-26"
    )


@pytest.mark.parametrize("address", ["/api/nothing", "/api/samples/", "/api/samples/1", "/api/samples.json"])
def test_an_address_without_records_is_404(lab, address):
    assert "There are no records at this address." in fault(script(lab.technician), address, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_only_answers_questions(lab, method):
    _token, secret = factories.token(lab.technician)
    client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})

    response = client.generic(method, "/api/samples")

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert response.json()["detail"] == "This address answers GET, HEAD only."
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(("accept", "status"), [("text/csv", 406), ("text/html", 406), ("text/html,*/*;q=0.8", 200)])
def test_who_takes_no_json_is_406_and_led_to_the_csv(lab, accept, status):
    response = script(lab.technician).get("/api/mass_balance", headers={"Accept": accept})

    assert response.status_code == status
    if status == 406:
        assert response.json()["detail"].endswith("http://testserver/export/mass-balance.csv")


def test_what_cannot_be_entered_is_not_read(lab, monkeypatch):
    def busy(**told):
        raise Busy("Nothing was saved: a large import is being written. Send this once more in a minute.")

    monkeypatch.setattr(data, "export", busy)

    assert "once more in a minute" in fault(script(lab.technician), "/api/samples", 503)
