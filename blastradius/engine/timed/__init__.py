"""The timed walk of a loss for ever, over numbers alone: each change is followed, nothing is evaluated twice.

`simulate.walk` is the reference: it takes a fresh fixpoint at every instant. Here a state is raised where a rule begins to
act, and where a failover takes over only what hung on it is taken back and derived anew, so that a walk costs by what
it changes. The steps run as they stand, or compiled by numba where there is much to walk.
"""
