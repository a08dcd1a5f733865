"""A laboratory that is really committed, once for all tests of a module that leave nothing in it."""

from contextlib import contextmanager

import pytest
from django.test import TransactionTestCase

from tests import factories


@contextmanager
def laboratory(blocker):
    """Make one; at its end every table is emptied. Its tests are marked django_db(transaction=True)."""
    empty = TransactionTestCase._fixture_teardown
    with blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        lab = factories.laboratory()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: None)
        try:
            yield lab
        finally:
            empty(TransactionTestCase("run"))
