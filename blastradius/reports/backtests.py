"""What the pages and tables of a back-test share: its lines by incident, its misses, its method in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blastradius.analysis.backtest import Backtest, IncidentTest, Trial
    from blastradius.analysis.scoring import Claim, Score

METHOD = (
    "The trigger alone is taken away, wholly and for as long as the incident lasted; recorded effects are not.",
    "Each incident is scored with the whole catalog, and without the needs that only that very event showed (left one "
    "out): only the second says what the catalog would have foretold.",
    "Claims are the file's rows but the trigger's own. A severity word is a class: down (down, major), degraded "
    "(degraded, partial, minor), launch-only, control-plane-only (also whatever befell a control plane alone), delayed.",
    "Said is: down where the data plane is down; launch-only where it is not and the control plane that starts things "
    "is; degraded where the data plane is; control-plane-only where only the control plane is not up.",
    "Recall of a class: its claims that are said to be hit in whatever way / its claims; exact: those in that very way.",
    "Precision of a class: claims recorded so / claims, those of not being hit included, that are said to be.",
    "Not hit: rows whose severity is `none`; a part of the name says which plane (running instances) or other regions.",
    "Other regions are tried in one that was not hit. Order: pairs whose recorded times differ by 15 minutes or more, "
    "said by onset, then by steps from the trigger.",
    "Counted and not scored: what the catalog does not know, what is finer than it tells apart, rows at low confidence, "
    "services listed without saying how they were hit, absence from a list.",
    "A service said to be hit of which the file says nothing is neither right nor wrong; it is counted as not mentioned.",
)


def fraction(part: int, whole: int) -> str:
    """`3/4`, or a dash where there is nothing to count."""
    return f"{part}/{whole}" if whole else "-"


def cells(one: Score | None) -> tuple[str, ...]:
    """Found, exact, contradicted, other regions, vendors, order."""
    if one is None:
        return ("-",) * 6
    return (
        fraction(one.found, one.hit),
        fraction(one.exact, one.hit),
        fraction(one.contradicted + one.vendors_contradicted, one.unhit + one.vendors_unhit),
        fraction(one.elsewhere_right, one.elsewhere),
        fraction(one.vendors_found, one.vendors),
        fraction(one.order.right, one.order.pairs),
    )


COLUMNS = ("found", "exact", "wrongly hit", "elsewhere", "vendors", "order")


def misses(tested: Trial) -> Iterator[tuple[Claim, str]]:
    """Scored claims that are wrong, and how."""
    for one in tested.claims:
        if one.unscored is not None:
            continue
        if one.recorded == "none":
            if one.found:
                yield one, f"recorded as not hit, said {one.predicted}"
        elif not one.found:
            yield one, f"recorded {one.recorded}, not foretold"
        elif not one.exact:
            yield one, f"recorded {one.recorded}, said {one.predicted}"


def unknown_triggers(result: Backtest) -> list[IncidentTest]:
    """Incidents that cannot be scored at all."""
    return [one for one in result.incidents if not one.whole.trigger]
