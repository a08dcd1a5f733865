"""How fast a file leaves: over HTTP against the engine's own client, and in Python against what is usual in Django.

    python -m tests.bench.export_speed [ROWS] [ROUNDS]

The arms alternate, and in Python all write the same columns; each ratio is the median of those of the rounds.
Needs `sqlite3`; psql comes with the server. With DATABASE_URL that database is read, which has to have been filled
before, and only its engine is measured. With django-import-export and djangorestframework on the path they are two
of the arms.
"""

import csv
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from statistics import median

ROWS, ROUNDS = 100_000, 5
# Where the usual ways are measured: they take too long for more.
USUAL_AT_MOST = 100_000
PATH = "/export/samples.csv"
# Requests that are given up at their first row; the first of them makes room in memory and is not counted.
ASKED_AGAIN = 10


class Server:
    """labinv behind gunicorn with one worker, as it is deployed."""

    def __init__(self, secret):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.secret = secret
        told = {"LABINV_DEBUG": "false", "LABINV_ALLOWED_HOSTS": "127.0.0.1", "LABINV_BASE_URL": "http://127.0.0.1"}
        command = "-m gunicorn labinv.wsgi --workers 1 --threads 4 --timeout 600 --log-level error --bind"
        self.process = subprocess.Popen(
            [sys.executable, *command.split(), f"127.0.0.1:{self.port}"], env=os.environ | told
        )
        while True:
            try:
                self.fetch("?q=no-such-thing")
                break
            except ConnectionError:
                time.sleep(0.2)

    def ask(self, query=""):
        """Ask for the file; (connection, answer, when it was asked)."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        began = time.perf_counter()
        line.request("GET", PATH + query, headers={"Authorization": f"Bearer {self.secret}"})
        answer = line.getresponse()
        assert answer.status == 200, answer.read()
        return line, answer, began

    def first_row(self):
        """Seconds to the first data row of a request that is given up then."""
        line, answer, began = self.ask()
        lines = 0
        while lines < 2:
            lines += answer.read1(1 << 16).count(b"\n")
        took = time.perf_counter() - began
        line.close()
        return took

    def fetch(self, query=""):
        """Fetch the file; (seconds to the first data row, seconds in all, bytes)."""
        line, answer, began = self.ask(query)
        first, lines, size, announced = None, 0, 0, int(answer.headers["X-Labinv-Rows"])
        while piece := answer.read1(1 << 16):
            size += len(piece)
            lines += piece.count(b"\n")
            if first is None and lines > 1:
                first = time.perf_counter() - began
        line.close()
        # No text of the bench has a line break.
        assert lines == announced + 1, (lines, announced)
        return first, time.perf_counter() - began, size

    def memory(self):
        """The memory of the worker in MB."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        status = Path(f"/proc/{children[0]}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Highest:
    """The most memory that a server had while the block ran."""

    def __init__(self, server):
        self.server, self.most, self.over = server, 0, threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, self.server.memory())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *raised):
        self.over.set()
        self.thread.join()


def selected(query=None):
    from samples.models import User
    from samples.selections import select

    return select("samples", query or {}, User.objects.get(username="auditor"))


def own_client():
    """The command by which the engine's own client writes the same rows as CSV to its output."""
    from django.db import connection

    from samples.exports import DATASETS, _statements

    selection = selected()
    prepared = selection.queryset
    for add in DATASETS["samples"].also.values():
        prepared = add(prepared, selection.user)
    if connection.vendor == "postgresql":
        statement = _statements.writing(_statements.stored(prepared, selection.columns), selection.columns)
        with connection.cursor() as cursor:
            sql = cursor.cursor.mogrify(statement.sql, statement.params)
        psql = next(Path(sys.prefix).rglob("pginstall*/bin/psql"))
        return [str(psql), os.environ["DATABASE_URL"], "-qc", f"COPY ({sql}) TO STDOUT (FORMAT csv, HEADER)"]
    # The same cells, put into quotes by the client.
    cells = [_unquoted(_statements, f"c{number}", column) for number, column in enumerate(selection.columns)]
    statement = _statements._around(_statements.stored(prepared, selection.columns), ", ".join(cells))
    sql = statement.sql % tuple(f"'{text}'" for text in statement.params)
    return [shutil.which("sqlite3"), "-csv", "-header", str(connection.settings_dict["NAME"]), sql]


def _unquoted(statements, name, column):
    text = statements._text(name, column)
    if not statements._is_free(column):
        return text
    return f"CASE WHEN {name} GLOB {statements._RISKY_GLOB} THEN ''''||{name} ELSE {text} END"


def seconds(act):
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def over_http(rounds, secret):
    """Print the ratio over HTTP, the memory over idle and the time to the first row."""
    command = own_client()

    def client():
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

    server = Server(secret)
    try:
        idle = server.memory()
        pairs, firsts, most = [], [], 0
        for number in range(rounds + 1):
            theirs = seconds(client) if number % 2 else None
            with Highest(server) as highest:
                first, ours, size = server.fetch()
            theirs = theirs or seconds(client)
            if number:
                pairs.append((ours, theirs))
                firsts.append(first)
                most = max(most, highest.most)
        ratio = median(ours / theirs for ours, theirs in pairs)
        ours, theirs = (median(times) for times in zip(*pairs, strict=True))
        print(
            f"  over HTTP {ours:.2f} s, {Path(command[0]).name} {theirs:.2f} s, ratio {ratio:.2f}; {size / 1e6:.0f} MB"
        )
        alone = [server.first_row() for _ in range(ASKED_AGAIN)][1:]
        alone_ms, after_all_ms = (median(times) * 1000 for times in (alone, firsts))
        print(f"  first data row after {alone_ms:.0f} ms, and {after_all_ms:.0f} where all rows were just read")
        print(f"  {most - idle:.1f} MB over idle", flush=True)
    finally:
        server.stop()


def usual_ways(rounds):
    """Print the ratios of the ways that are usual in Django, in one process and to no disk."""
    arms = {"labinv": by_labinv, "ORM objects and csv": by_objects}
    for package, arm in (("import_export", by_import_export), ("rest_framework", by_serializer)):
        if find_spec(package):
            arms[package] = arm
        else:
            print(f"  {package} is not installed, and is left out")
    times = {name: [] for name in arms}
    for turn in range(rounds + 1):
        for name in list(arms)[:: -1 if turn % 2 else 1]:
            took = seconds(arms[name])
            if turn:
                times[name].append(took)
    for name in list(arms)[1:]:
        ratio = median(other / own for other, own in zip(times[name], times["labinv"], strict=True))
        own = f"labinv {median(times['labinv']):.2f} s"
        print(f"  in Python: {name} {median(times[name]):.2f} s, {own}, {ratio:.1f} times as long", flush=True)


def by_labinv():
    with open(os.devnull, "wb") as file, closing(selected({"columns": ",".join(_shared())}).reading()) as reading:
        for piece in reading:
            file.write(piece)


# What the usual ways write without a line of their own for it: the record's fields, and names one relation away.
_RELATED = ("mission__code", "container__identifier", "container__custodian__name")


def _shared():
    """{name of the column: its source} of what every arm writes; labinv's file has places and parents besides."""
    from samples.models import Sample

    own = {field.name for field in Sample._meta.concrete_fields}
    return {column.name: column.source for column in selected().columns if column.source in own | {*_RELATED}}


def _records():
    return selected().queryset.select_related("mission", "container__custodian")


def by_objects():
    from operator import attrgetter

    from django.utils import timezone

    read = attrgetter(*(source.replace("__", ".") for source in _shared().values()))
    with open(os.devnull, "w") as file:
        writer = csv.writer(file)
        for sample in _records().iterator(chunk_size=2000):
            writer.writerow(
                [value.isoformat() if isinstance(value, timezone.datetime) else value for value in read(sample)]
            )


def by_import_export():
    from import_export import resources

    from samples.models import Sample

    class SampleResource(resources.ModelResource):
        class Meta:
            model = Sample
            fields = [*_shared().values()]

    with open(os.devnull, "w") as file:
        file.write(SampleResource().export(_records()).csv)


def by_serializer():
    from rest_framework import serializers

    from samples.models import Sample

    class SampleSerializer(serializers.ModelSerializer):
        mission = serializers.CharField(source="mission.code")
        container = serializers.CharField(source="container.identifier")
        custodian = serializers.CharField(source="container.custodian.name")

        class Meta:
            model = Sample
            fields = [*_shared()]

    represented = SampleSerializer().to_representation
    with open(os.devnull, "w") as file:
        writer = csv.DictWriter(file, SampleSerializer.Meta.fields)
        for sample in _records().iterator(chunk_size=2000):
            writer.writerow(represented(sample))


def run(rows, rounds):
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import override_settings

    from samples.models import Sample, User
    from tests import factories

    from . import collection

    # A collection that was filled already has no history, and would not be migrated.
    if Sample._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            collection.seed(rows)
    _token, secret = factories.token(User.objects.get(username="auditor"), name=f"Bench {time.time()}")
    rows = Sample.objects.count()
    print(f"{connection.vendor}, {rows} rows, medians of {rounds} rounds", flush=True)
    over_http(rounds, secret)
    if rows <= USUAL_AT_MOST + 1:
        usual_ways(rounds)


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    os.environ["DJANGO_SETTINGS_MODULE"] = "labinv.settings"
    os.environ.setdefault("LABINV_SECRET_KEY", "only for a measurement, only for a measurement, 12345")
    os.environ.setdefault("LABINV_AUDIT_KEY", "only for a measurement too, only for a measurement too")
    if "DATABASE_URL" in os.environ:
        run(rows, rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        alone(rows, rounds, f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
    from tests.engines import start_postgres

    url, stop = start_postgres()
    try:
        alone(rows, rounds, url)
    finally:
        stop()


def alone(rows, rounds, url):
    """One engine in a process of its own: Django has one database for its life."""
    command = [sys.executable, "-m", "tests.bench.export_speed", str(rows), str(rounds)]
    subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=True)


if __name__ == "__main__":
    main()
