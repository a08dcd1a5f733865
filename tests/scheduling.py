"""Who runs which test: each engine runs every test once, and its workers share them out file by file.

A pytest plugin. `--dist=each` would give every worker every test, so that one engine could not have two of them.
"""

from collections import Counter

import pytest
from execnet import XSpec
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import parse_tx_spec_config


class EachEngine:
    """A scheduler of xdist, made of one for each engine."""

    def __init__(self, config, log=None):
        self._of_engine = {}
        specs = [XSpec(spec) for spec in parse_tx_spec_config(config)]
        for engine, workers in Counter(map(_engine, specs)).items():
            self._of_engine[engine] = LoadFileScheduling(config, log)
            self._of_engine[engine].numnodes = workers

    def _of(self, node):
        return self._of_engine[_engine(node.gateway.spec)]

    @property
    def _all(self):
        return self._of_engine.values()

    @property
    def nodes(self):
        return [node for one in self._all for node in one.nodes]

    @property
    def collection_is_completed(self):
        return all(one.collection_is_completed for one in self._all)

    @property
    def tests_finished(self):
        return all(one.tests_finished for one in self._all)

    @property
    def has_pending(self):
        return any(one.has_pending for one in self._all)

    def add_node(self, node):
        self._of(node).add_node(node)

    def remove_node(self, node):
        return self._of(node).remove_node(node)

    def add_node_collection(self, node, collection):
        self._of(node).add_node_collection(node, collection)

    def mark_test_complete(self, node, item_index, duration=0):
        self._of(node).mark_test_complete(node, item_index, duration)

    def schedule(self):
        for one in self._all:
            one.schedule()


def _engine(spec):
    return spec.env["LABINV_TEST_DB"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return EachEngine(config, log)
