"""Sixteen people at once, each with a connection of their own, on both engines."""

import re
from decimal import Decimal
from threading import Event, Thread, Timer
from time import monotonic
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from samples.models import Container, Handoff, HandoffLine, MassBalance, Sample, Submission
from samples.models.writing import turn
from samples.operations import Busy, alone, containers
from samples.operations._records import Superseded
from samples.operations.authority import UnderWay
from samples.operations.containment import OverCapacity
from tests import factories
from tests.racing import PEOPLE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def impatient(monkeypatch):
    """Nobody waits longer than a moment for who writes."""
    monkeypatch.setattr("samples.models._acts.LONGEST_WAIT_MS", 200)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 200")
    yield
    connection.close()


def test_who_waits_too_long_for_another_writer_is_told_and_keeps_what_was_typed(lab, impatient):
    client = Client()
    client.force_login(lab.technician)
    url = reverse("container_amend", args=[lab.bottle.pk])
    opened = client.get(url).context["form"]
    typed = {"seen": opened["seen"].value(), "description": "Chipped", "reason": "Looked", "submission": str(uuid4())}
    writing, done = Event(), Event()

    def write():
        with alone():
            writing.set()
            done.wait(timeout=30)
        connection.close()

    other = Thread(target=write)
    other.start()
    writing.wait(timeout=30)
    answer = client.post(url, typed)
    done.set()
    other.join()

    assert answer.status_code == 503
    assert "a large import is being written" in answer.text
    assert "Chipped" in answer.text
    assert client.post(url, typed).status_code == 302


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has one lock, and waits once")
def test_who_waited_for_a_turn_waits_for_other_processes_only_what_is_left(lab, monkeypatch):
    monkeypatch.setattr("samples.models._acts.LONGEST_WAIT_MS", 1000)
    there, done = Event(), Event()

    def hold():
        with turn():
            there.set()
            done.wait(timeout=30)

    thread, other = Thread(target=hold), connections.create_connection("default")
    thread.start()
    there.wait(timeout=30)
    other.cursor().execute("BEGIN IMMEDIATE")
    Timer(0.7, done.set).start()
    began = monotonic()
    try:
        with pytest.raises(Busy), alone():
            pass
    finally:
        other.cursor().execute("ROLLBACK")
        other.close()
        thread.join()

    assert 0.7 <= monotonic() - began < 5
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        assert cursor.fetchone() == (30_000,)


def test_one_of_sixteen_releases_wins(lab):
    handoffs, refusals = at_once(lambda _: factories.release(lab.technician, [lab.box], lab.other))

    assert len(handoffs) == 1
    assert [type(refusal) for refusal in refusals] == [UnderWay] * 15
    assert {str(refusal) for refusal in refusals} == {
        "BOX-1 is under way to Second laboratory with H-0001. "
        "Nothing about it changes until that is received, rejected or cancelled."
    }
    assert (Handoff.objects.count(), HandoffLine.objects.count(), HandoffLine.history.count()) == (1, 2, 2)


def test_one_of_sixteen_registrations_of_an_identifier_wins(lab):
    names = ["NEW-1", "new-1"]
    made, refusals = at_once(
        lambda number: factories.container(lab.technician, names[number % 2], lab.mission, parent=lab.box)
    )

    assert len(made) == 1
    assert [type(refusal) for refusal in refusals] == [ValidationError] * 15
    assert {message for refusal in refusals for message in refusal.messages} == {
        "Another container has this identifier. Identifiers are unique, upper and lower case alike, "
        "and a voided one stays taken."
    }
    assert Container.objects.filter(identifier__iexact="NEW-1").count() == 1


def test_sixteen_samples_at_once_never_exceed_a_capacity(lab):
    made, refusals = at_once(lambda number: factories.sample(lab.technician, f"S-{number}", lab.bottle, "10.000001"))

    assert (len(made), len(refusals)) == (8, 8)
    assert {type(refusal) for refusal in refusals} == {OverCapacity}
    assert lab.bottle.contents_g() == Decimal("90.000008")
    assert MassBalance(lab.mission).closes
    assert Sample.objects.count() == 9


def test_sixteen_amendments_of_one_revision_are_one(lab):
    def amend(number):
        return containers.amend(
            container=lab.box, changes={"description": str(number)}, seen=1, by=lab.technician, reason="Trial"
        )

    made, refusals = at_once(amend)

    assert len(made) == 1
    assert [type(refusal) for refusal in refusals] == [Superseded] * 15
    assert list(lab.box.history.values_list("revision", flat=True)) == [2, 1]


def test_different_containers_are_handed_over_at_once_without_a_deadlock(lab):
    place = {"custodian": lab.home, "location": lab.room}
    boxes = [factories.container(lab.technician, f"B-{number}", lab.mission, **place) for number in range(8)]

    def round_trip(number):
        handoff = factories.release(lab.technician, [boxes[number]], lab.other)
        return factories.receive(lab.receiver, handoff, lab.other_room)

    handoffs, errors = at_once(round_trip, times=8)

    assert errors == []
    assert sorted(handoff.number for handoff in handoffs) == list(range(1, 9))
    assert lab.other.containers.count() == 8


def send_at_once(user, url, **typed):
    """One form, opened once, and sent by that many threads at one moment; returns their responses."""
    client = Client()
    client.force_login(user)
    token = re.search(r'name="submission" value="([^"]+)"', client.get(url).content.decode())[1]

    def send(number):
        own = Client()
        own.cookies = client.cookies
        return own.post(url, typed | {"submission": token})

    responses, errors = at_once(send)
    assert errors == []
    return responses


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_registration_sent_sixteen_times_at_once_makes_one_record_and_fifteen_friendly_repeats(lab):
    typed = {"kind": "vial", "origin": "scoop", "custody_began_at": "2024-06-28T10:00", "chain_document": "DN-7"}
    typed |= {"identifier": "NEW-1", "mission": lab.mission.pk, "parent": "BOX-1", "reason": "Delivered"}

    responses = send_at_once(lab.technician, reverse("container_register"), **typed)

    made = Container.objects.get(identifier="NEW-1")
    assert [(response.status_code, response.url) for response in responses] == [(302, made.get_absolute_url())] * PEOPLE
    assert sum("saved once" in message for response in responses for message in told(response)) == 15
    assert (made.history.count(), Submission.objects.count()) == (1, 1)


def test_a_release_sent_sixteen_times_at_once_makes_one_handoff_and_fifteen_friendly_repeats(lab):
    typed = {"containers": "BOX-1", "to_custodian": lab.other.pk, "purpose": "Analysis", "place": "Corridor"}
    typed |= {"transport_mode": "by hand", "released_at": "2024-07-01T10:00", "password": factories.PASSWORD}

    responses = send_at_once(lab.technician, reverse("handoff_release"), **typed)

    handoff = Handoff.objects.get()
    assert [(reply.status_code, reply.url) for reply in responses] == [(302, handoff.get_absolute_url())] * PEOPLE
    assert sum("saved once" in message for response in responses for message in told(response)) == 15
    assert (HandoffLine.objects.count(), Submission.objects.count()) == (2, 1)


def test_a_void_sent_sixteen_times_at_once_is_one(lab):
    vial = factories.container(lab.technician, "VIAL-1", lab.mission, parent=lab.box)
    typed = {"reason": "Registered twice", "seen": vial.revision}

    responses = send_at_once(lab.curator, reverse("container_void", args=[vial.pk]), **typed)

    assert {(response.status_code, response.url) for response in responses} == {(302, vial.get_absolute_url())}
    assert list(vial.history.values_list("revision", flat=True)) == [2, 1]


def test_the_roles_are_there_after_a_flush(lab):
    assert lab.curator.role_names == "Curator"
