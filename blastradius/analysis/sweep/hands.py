"""Who does the computing of a sweep: this process, or others in its place; what they say is the same.

They are given arrays and give arrays back: names, records, choices and proofs stay with whoever asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from blastradius.analysis.sweep.parts import Parts, Walked
    from blastradius.engine.packed import Losses, Net, Tally
    from blastradius.engine.packed.pairing import Met
    from blastradius.engine.packed.rows import Ints
    from blastradius.engine.timed.walker import Walker, Walks


class Hands:
    """The threads of this process."""

    stride = 4096
    """Losses walked before any is told of."""

    def tally(
        self,
        net: Net,
        losses: Losses,
        journeys: Ints,
        progress: Callable[[int], None] | None = None,
    ) -> Tally:
        """Count what each loss takes down; see `engine.packed.tally`."""
        from blastradius.engine.packed import tally

        return tally(net, losses, journeys, progress=progress)

    def alike(self, one: Net, other: Net, losses: Losses, nodes: int) -> NDArray[np.bool_]:
        """Under which losses two nets say the same; see `engine.packed.Compared`."""
        from blastradius.engine.packed import WORTH, Compared

        worth = None if one.inputs.size * len(losses) > WORTH else False
        return Compared(one, other, nodes, compile_kernels=worth).alike(losses)

    def walk(self, walker: Walker, losses: Sequence[Sequence[int]], *, states: bool = False) -> Walks:
        """Walk losses through time; see `Walker.walk`."""
        return walker.walk(losses, states=states)

    def recovered(self, parts: Parts, losses: Sequence[Sequence[int]]) -> Iterator[Walked]:
        """Walk losses under which something has to recover; see `Parts.walk`."""
        return map(parts.walk, losses)

    def met(self, net: Net, journeys: Ints, nodes: Sequence[int]) -> tuple[list[Met], int] | None:
        """What every two losses do together, and how many pairs were walked; see `engine.packed.pairing.Pairing.all`."""
        from blastradius.engine.packed import Counter
        from blastradius.engine.packed.pairing import Pairing

        return Pairing(Counter(net, journeys), nodes).all()
