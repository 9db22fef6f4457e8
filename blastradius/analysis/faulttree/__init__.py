"""Fault trees of others read and answered, and journeys as fault trees for others."""

from blastradius.analysis.faulttree.answering import fault_tree_cuts
from blastradius.analysis.faulttree.making import FaultTree, fault_trees_of
from blastradius.analysis.faulttree.reading import FaultTrees, read_fault_trees

__all__ = ["FaultTree", "FaultTrees", "fault_tree_cuts", "fault_trees_of", "read_fault_trees"]
