"""The segments of a core, laid side by side (rule 8)."""

from django.utils.translation import gettext as _

from samples.units import format_depth


class Seam:
    """Where two neighbouring segments of a core do not meet: from and to in centimetres."""

    def __init__(self, upper, lower):
        self.upper, self.lower = upper, lower
        self.is_overlap = lower.depth_top_cm < upper.depth_bottom_cm
        ends = (upper.depth_bottom_cm, lower.depth_top_cm)
        self.from_cm, self.to_cm = min(ends), max(ends)
        if self.is_overlap:
            self.to_cm = min(self.to_cm, lower.depth_bottom_cm)

    @property
    def sentence(self):
        words = {
            "upper": self.upper,
            "lower": self.lower,
            "from": format_depth(self.from_cm),
            "to": format_depth(self.to_cm),
        }
        if self.is_overlap:
            return _("%(upper)s and %(lower)s overlap from %(from)s to %(to)s cm.") % words
        return _("Between %(upper)s and %(lower)s there is a gap from %(from)s to %(to)s cm.") % words


def seams(segments):
    """The Seams of `segments`, given from the top down, that overlap or leave a gap."""
    found, deepest = [], None
    for segment in segments:
        if deepest is not None and segment.depth_top_cm != deepest.depth_bottom_cm:
            found.append(Seam(deepest, segment))
        if deepest is None or segment.depth_bottom_cm > deepest.depth_bottom_cm:
            deepest = segment
    return found
