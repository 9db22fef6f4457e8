"""Terraform source text (`.tf`, `.tf.json`) read into roots: parsed, and followed symbolically as far as files go.

Words (`lexing`), expressions and blocks (`expressions`, `templates`, `native`, `jsonsyntax`) make a tree; folders of
it are modules (`folders`, `modules`), whose names are followed through variables, locals, outputs, `count`, `for_each`
and provider aliases (`evaluating`, `resources`, `regions`); `blocks` writes down what stands there. Nothing is run.
"""

from __future__ import annotations

from blastradius.scanners.terraform.hcl.roots import Reading, read
from blastradius.scanners.terraform.model import Root
from blastradius.scanners.tree import Tree

__all__ = ["Reading", "read", "read_roots"]


def read_roots(tree: Tree) -> list[Root]:
    """All root modules of a tree, each with everything that it and its modules declare.

    A module that is not there (a registry's, a repository's) is a record of type `module` with the arguments of its
    call, beside the gap that says so; references to its outputs name the call.

    Args:
        tree: the files; modules that a root calls by a path beside the tree are read where they lie in its repository.
    """
    return read(tree).roots
