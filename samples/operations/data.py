"""Data: what left the inventory as a file; each download is an act in the ledger."""

from samples.models.writing import current_operation
from samples.roles import Right

from ._operation import operation


@operation("data.export", right=Right.SEE_PUBLISHED)
def export(*, file, filters, format, token, by, reason):
    """Enter in the ledger that the actor takes `file` out; `token` is the name of the script's token, or empty.

    `filters` are what was asked for, by name. One short transaction, before the first row is read; returns the
    operation, by whose moment everything before it is written and nothing after it.
    """
    operation = current_operation()
    operation.tell(file=file, filters=filters, format=format, token=token)
    return operation
