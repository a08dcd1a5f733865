from tests.views.conftest import _laboratory, lab

# Here too the laboratory is entered once for a module.
__all__ = ["_laboratory", "lab"]
