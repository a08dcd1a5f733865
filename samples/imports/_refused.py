"""How a file that is no table at all is refused."""

from samples.operations import Refused


class NotATable(Refused):
    """The file cannot be read as a table at all."""

    def __init__(self, message, field="file"):
        super().__init__(message, field=field)
