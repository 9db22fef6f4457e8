"""BR010: retries that multiply above a limit on a critical journey."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from blastradius.gate.ruling import RULES, GateRule, Match, Options, Told
from blastradius.gate.system import System
from blastradius.model import ChainLink


class AmplificationOptions(Options):
    """How many calls are too many."""

    limit: int = Field(default=10, ge=1, description="Calls of one call above which it fires")


class Amplification(GateRule):
    """One call that becomes a storm."""

    id = "BR010"
    name = "retry-amplification"
    summary = "One call becomes more calls than a limit, by retries that multiply."
    docs = (
        "It fires where the attempts of programs and proxies along a walk of calls multiply to more than `limit`, nothing "
        "stops them, and a critical journey needs what is called. Only settings that configuration shows count.\n\n"
        "It does not fire where a breaker or a retry budget stops the walk, nor where no attempts are stated.\n\n"
        "Retry at one layer only, or put a breaker or a budget on the walk."
    )
    level = "warn"
    options = AmplificationOptions

    def matches(self, system: System) -> Iterable[Match]:
        """Each call at whose end the product is above the limit."""
        inventory = system.graph.inventory
        if not any(one.attempts for one in (*inventory.dependencies, *inventory.redundancies)):
            return
        from blastradius.analysis.amplification import amplification

        limit = self.asked.limit if isinstance(self.asked, AmplificationOptions) else 10
        for one in amplification(inventory).components:
            worst = one.unprotected
            # where the last call is made once, the product was above the limit before it
            above = worst.factor is None or worst.factor > limit
            if above and worst.walk and (worst.walk[-1].attempts or 1) > 1 and system.losses.needs(one.id):
                last = worst.walk[-1]
                yield Match(None, None, last.dependent, last.dependency, detail=(worst, limit))

    def tell(self, match: Match, system: System, base: System | None) -> Told:
        """Says how many calls, along which walk."""
        worst, limit = match.detail
        times = "calls without end" if worst.factor is None else f"up to {worst.factor:,} calls"
        chain = tuple(
            ChainLink(
                dependent=call.dependent,
                dependency=call.dependency,
                strength="hard",
                basis="declared",
                reason=f"{call.attempts} attempts" if call.attempts else None,
                evidence=call.evidence,
            )
            for call in worst.walk
        )
        new = (one for one in reversed(chain) if base is not None and not base.has_alone(system, one))
        return Told(
            f"one call becomes {times} to {system.label(match.dependency or '')}; the limit is {limit:,}",
            f"it became no more than {limit:,}" if base is not None else None,
            "retry at one layer only, or put a breaker on the way",
            chain,
            next(new, chain[-1]),
        )


RULES.register("BR010")(Amplification)
