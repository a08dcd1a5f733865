"""Depths in a core: inside the drill limit and the parent, segments in order (rules 6 and 8)."""

from django.utils.translation import gettext as _

from samples.models import Sample, seams
from samples.units import format_depth

from ._operation import Refused


class WrongDepth(Refused):
    """A depth below the mission's drill limit, or outside the parent's (rule 6)."""


def check_depth(sample):
    """Raise WrongDepth below the mission's drill limit or outside the parent's depths (rule 6)."""
    limit_cm = sample.mission.drill_limit_cm
    if sample.depth_bottom_cm is not None and sample.depth_bottom_cm > limit_cm:
        raise WrongDepth(
            _("%(depth)s cm is deeper than the drill of %(mission)s reached: its limit is %(limit)s cm.")
            % {
                "depth": format_depth(sample.depth_bottom_cm),
                "mission": sample.mission,
                "limit": format_depth(limit_cm),
            },
            field="depth_bottom_cm",
        )
    has_both = sample.parent is not None and sample.depth_top_cm is not None
    if has_both and (bound := nearest_with_depth(sample.parent)):
        _check_inside(sample, bound)


def check_depths_within(sample):
    """Raise WrongDepth where a sample split from `sample` lies outside its depths, or those of one above it."""
    if bound := nearest_with_depth(sample):
        for inner in Sample.objects.live().within(sample.pk).exclude(pk=sample.pk).exclude(depth_top_cm=None):
            _check_inside(inner, bound)


def nearest_with_depth(sample):
    """The sample itself, or the nearest one above it, that has depths; None where none has."""
    return next((each for each in reversed(sample.path()) if each.depth_top_cm is not None), None)


def lacks_a_depth(sample):
    """Whether `sample` is a core segment whose place in the core is not known."""
    return sample.form == Sample.Form.CORE_SEGMENT and sample.depth_top_cm is None


def doubt_no_depth(sample):
    """Say that a core segment has no depth; "" for all else (rule 6)."""
    if not lacks_a_depth(sample):
        return ""
    return _("%(sample)s is a core segment without a depth. Its place in the core will not be known.") % {
        "sample": sample
    }


def doubt_segments(core):
    """Say where the segments of `core` overlap or leave a gap; "" where they are in order (rule 8)."""
    if core is None:
        return ""
    return " ".join(seam.sentence for seam in seams(Sample.objects.segments_of(core.pk)))


def _check_inside(sample, parent):
    """Raise WrongDepth unless the depths of `sample`, where it has any, lie inside those of `parent`."""
    if sample.depth_top_cm is None:
        return
    if sample.depth_top_cm < parent.depth_top_cm or sample.depth_bottom_cm > parent.depth_bottom_cm:
        raise WrongDepth(
            _("%(sample)s at %(top)s to %(bottom)s cm is not inside %(parent)s, which spans %(from)s to %(to)s cm.")
            % {
                "sample": sample,
                "top": format_depth(sample.depth_top_cm),
                "bottom": format_depth(sample.depth_bottom_cm),
                "parent": parent,
                "from": format_depth(parent.depth_top_cm),
                "to": format_depth(parent.depth_bottom_cm),
            },
            field="depth_top_cm",
        )
