"""Each engine runs every test once, a file of them on one of its workers."""

from types import SimpleNamespace

import pytest

from tests.scheduling import EachEngine

TESTS = ["a.py::test_1", "a.py::test_2", "a.py::test_3", "b.py::test_1", "c.py::test_1", "c.py::test_2"]
ENGINES = ["sqlite", "postgres"]


class Worker:
    """A worker of `engine` that does at once what it is told."""

    def __init__(self, engine):
        self.gateway = SimpleNamespace(spec=SimpleNamespace(env={"LABINV_TEST_DB": engine}), id=engine)
        self.told, self.shutting_down = [], False

    def send_runtest_some(self, indices):
        self.told += indices

    def shutdown(self):
        self.shutting_down = True


@pytest.fixture
def scheduler():
    specs = [f"2*popen//env:LABINV_TEST_DB={engine}" for engine in ENGINES]
    option = SimpleNamespace(loadscopereorder=True)
    return EachEngine(SimpleNamespace(getvalue=lambda name: specs, option=option))


def run(scheduler):
    """{worker: the tests it ran, in this order}."""
    workers = [Worker(engine) for engine in ENGINES for _ in range(2)]
    for worker in workers:
        scheduler.add_node(worker)
    for worker in workers:
        assert not scheduler.collection_is_completed
        scheduler.add_node_collection(worker, TESTS)
    scheduler.schedule()
    done = {worker: [] for worker in workers}
    while left := [worker for worker in workers if len(done[worker]) < len(worker.told)]:
        for worker in left:
            index = worker.told[len(done[worker])]
            done[worker].append(TESTS[index])
            scheduler.mark_test_complete(worker, index)
    return done


def test_every_engine_runs_every_test_once(scheduler):
    done = run(scheduler)

    for engine in ENGINES:
        of_engine = [test for worker, tests in done.items() if worker.gateway.id == engine for test in tests]
        assert sorted(of_engine) == TESTS
    assert scheduler.tests_finished
    assert not scheduler.has_pending
    assert all(worker.shutting_down for worker in done)


def test_both_workers_of_an_engine_have_work_and_no_file_is_shared_out(scheduler):
    done = run(scheduler)

    files = [{test.partition("::")[0] for test in tests} for tests in done.values()]
    assert all(files)
    assert files[0].isdisjoint(files[1])
    assert files[2].isdisjoint(files[3])
