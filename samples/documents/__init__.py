"""What is printed: codes that a scanner reads, and labels of containers and samples; documents know no HTTP."""

from .labels import label_of, label_svg
from .sheets import LAYOUTS, MOST_LABELS, sheet_pdf

__all__ = ["LAYOUTS", "MOST_LABELS", "label_of", "label_svg", "sheet_pdf"]
