"""The family of a sample: the tree of what it was split from and into, and the strip of the core it is a segment of."""

from django.utils.translation import gettext as _

from samples.models import Sample, seams
from samples.templatetags.strips import Piece, strip
from samples.units import format_depth

# So many members of a family are drawn, and so many segments of a core.
MOST_NODES = 300
MOST_SEGMENTS = 100


def lineage(sample, user):
    """Context of the lineage tab: the tree this sample belongs to, as far as `user` may see it."""
    visible = Sample.objects.visible_to(user)
    path = list(visible.path_to(sample.pk))
    family, is_cut = _family(visible, path, sample)
    shown = {member.pk for member in family}
    children = {}
    for member in sorted(family, key=lambda member: member.identifier):
        # What was split from a sample that is not shown hangs from the top of what is.
        children.setdefault(member.parent_id if member.parent_id in shown else path[0].pk, []).append(member)
    # The top one itself hangs from nothing.
    children[path[0].pk].remove(path[0])

    def nest(member):
        return {
            "url": member.get_absolute_url(),
            "identifier": member.identifier,
            "kind_label": _kind(member),
            "note": _("void") if member.is_void else "",
            "origin": "",
            "mass_g": member.mass_g,
            "is_current": member.pk == sample.pk,
            "children": [nest(child) for child in children.get(member.pk, [])],
        }

    return {"nodes": [nest(path[0])], "most_nodes": MOST_NODES if is_cut else 0}


def _family(visible, path, sample):
    """The members to draw, and whether there are more: those above, below, and then beside.

    By key, and so by age: what was split off is younger than what it was split from, so a member
    is cut off before its parent is.
    """
    below = list(visible.within(sample.pk).exclude(pk=sample.pk).order_by("pk")[: MOST_NODES + 1])
    beside = visible.within(path[0].pk).exclude(pk__in=[member.pk for member in below + path])
    family = path + below + list(beside.order_by("pk")[: MOST_NODES + 1])
    return family[:MOST_NODES], len(family) > MOST_NODES


def _kind(sample):
    words = [sample.get_form_display()]
    if sample.depth_top_cm is not None:
        words.append(f"{_interval(sample)} cm")
    if sample.use_category != Sample.UseCategory.UNASSIGNED:
        words.append(sample.get_use_category_display().lower())
    return ", ".join(words)


def _interval(sample):
    return f"{format_depth(sample.depth_top_cm)} – {format_depth(sample.depth_bottom_cm)}"


def core_strip(sample, user):
    """Context of the depth strip: the segments of the core that `sample` is, or is one of; {} where it is neither."""
    if sample.origin != Sample.Origin.DRILL:
        return {}
    visible = Sample.objects.visible_to(user)
    core, segments = _core_of(visible, sample)
    if not segments:
        return {}
    below = _with_depth(visible, sample) if sample in segments else []
    # To whom not everything is shown, what lies between is not: it may be there and not be published.
    faults = seams(segments) if user.sees_all else []
    own = [each for each in below if each.form == Sample.Form.CORE_SEGMENT]
    own_faults = seams(own) if user.sees_all else []
    return {
        "core": core,
        "is_part": core != sample,
        "segments": segments[:MOST_SEGMENTS],
        "most_segments": MOST_SEGMENTS if len(segments) > MOST_SEGMENTS else 0,
        "subsegments": below,
        "seams": [*faults, *own_faults],
        "strip": strip(
            core=_extent(core, segments),
            pieces=[_piece(each, sample) for each in segments[:MOST_SEGMENTS]],
            subpieces=[_piece(each, sample) for each in below],
            seams=faults,
        ),
    }


def _segments(visible, core):
    return list(visible.segments_of(core.pk)[: MOST_SEGMENTS + 1])


def _core_of(visible, sample):
    """The core that `sample` is a segment of, or is itself, and its segments; none where it is neither."""
    is_segment = sample.form == Sample.Form.CORE_SEGMENT and sample.depth_top_cm is not None
    if is_segment and sample.parent_id is not None and (core := visible.filter(pk=sample.parent_id).first()):
        segments = _segments(visible, core)
        if sample in segments:
            return core, segments
    return sample, _segments(visible, sample) or ([sample] if is_segment else [])


def _with_depth(visible, sample):
    """What was split off a segment and has depths of its own; what was merged back is not there any more."""
    parts = visible.live().filter(parent=sample).exclude(depth_top_cm=None).exclude(movements_out__kind="merge")
    return list(parts.order_by("depth_top_cm", "depth_bottom_cm", "pk")[:MOST_SEGMENTS])


def _extent(core, segments):
    """From and to where the strip reaches, in centimetres."""
    tops = [each.depth_top_cm for each in (core, *segments) if each.depth_top_cm is not None]
    bottoms = [each.depth_bottom_cm for each in (core, *segments) if each.depth_bottom_cm is not None]
    return min(tops), max(bottoms)


def _piece(segment, sample):
    return Piece(
        segment.identifier,
        segment.get_absolute_url(),
        segment.depth_top_cm,
        segment.depth_bottom_cm,
        is_current=segment.pk == sample.pk,
    )
