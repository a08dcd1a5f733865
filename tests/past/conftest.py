from tests.management.conftest import _loaded, loaded
from tests.views.conftest import _laboratory, lab

# The laboratory, or the demo, is entered once for a module.
__all__ = ["_laboratory", "_loaded", "lab", "loaded"]
