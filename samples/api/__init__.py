"""The door for scripts: records as JSON, page by page, and the OpenAPI description of it; knows no HTTP."""

from ._description import describe
from ._examples import examples
from ._records import PAGE_ROWS, page_of

__all__ = ["PAGE_ROWS", "describe", "examples", "page_of"]
