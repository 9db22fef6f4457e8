"""Random systems of gates."""

from __future__ import annotations

from hypothesis import strategies as st

from blastradius.engine.diagrams.formula import Draft, Formula


@st.composite
def formulas(draw: st.DrawFn, variables: int = 6, gates: int = 8) -> Formula:
    """A random system of threshold gates, cycles and founded nodes included."""
    draft = Draft()
    names = [draft.variable(f"v{number}") for number in range(draw(st.integers(1, variables)))]
    made = [draft.reserve() for _ in range(draw(st.integers(1, gates)))]
    for node in made:
        inputs = draw(st.lists(st.sampled_from([*names, *made]), min_size=1, max_size=4))
        draft.say(node, draw(st.integers(0, 4 if draw(st.booleans()) else 2)), inputs)
        if draw(st.integers(0, 5)) == 0:
            draft.founded.add(node)
    return draft.formula(made[0])
