"""Rows of 512 bits as tuples of eight machine words, for compiled kernels: what is written once is unrolled by LLVM.

Needs numba; nothing here is imported unless a kernel is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.errors import NumbaError
from numba.extending import intrinsic

Row = tuple[Any, Any, Any, Any, Any, Any, Any, Any]

_1, _2, _3, _4, _5, _6, _7 = (np.uint64(number) for number in range(1, 8))
_NONE, _ALL = np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF)


def kernel(function: Any) -> Any:
    """Compile a function that lets other threads run; kept on disk where that can be written."""
    try:
        return njit(nogil=True, boundscheck=False, cache=True)(function)
    except (NumbaError, RuntimeError, OSError):
        return njit(nogil=True, boundscheck=False)(function)


@intrinsic
def prefetch(_: Any, bits: Any, at: Any) -> Any:
    """Ask for the cache line of a word before it is read."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.bitcast(builder.gep(array.data, [arguments[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, number, number, number])
        module = builder.module
        name = "llvm.prefetch.p0" if "llvm.prefetch.p0" in module.globals else None
        function = module.globals[name] if name else ir.Function(module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(bits, at), generate


@kernel
def load(bits: Any, at: Any) -> Row:
    """The row that begins at a word."""
    return (
        bits[at], bits[at + _1], bits[at + _2], bits[at + _3],
        bits[at + _4], bits[at + _5], bits[at + _6], bits[at + _7],
    )  # fmt: skip


@kernel
def store(bits: Any, at: Any, row: Row) -> None:
    """Write a row."""
    bits[at] = row[0]
    bits[at + _1] = row[1]
    bits[at + _2] = row[2]
    bits[at + _3] = row[3]
    bits[at + _4] = row[4]
    bits[at + _5] = row[5]
    bits[at + _6] = row[6]
    bits[at + _7] = row[7]


@kernel
def none() -> Row:
    """No scenario."""
    return (_NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE, _NONE)


@kernel
def every() -> Row:
    """All scenarios."""
    return (_ALL, _ALL, _ALL, _ALL, _ALL, _ALL, _ALL, _ALL)


@kernel
def either(a: Row, b: Row) -> Row:
    """Set in one or the other."""
    return (a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3], a[4] | b[4], a[5] | b[5], a[6] | b[6], a[7] | b[7])


@kernel
def both(a: Row, b: Row) -> Row:
    """Set in both."""
    return (a[0] & b[0], a[1] & b[1], a[2] & b[2], a[3] & b[3], a[4] & b[4], a[5] & b[5], a[6] & b[6], a[7] & b[7])


@kernel
def differ(a: Row, b: Row) -> Row:
    """Set in one and not in the other."""
    return (a[0] ^ b[0], a[1] ^ b[1], a[2] ^ b[2], a[3] ^ b[3], a[4] ^ b[4], a[5] ^ b[5], a[6] ^ b[6], a[7] ^ b[7])


@kernel
def without(a: Row, b: Row) -> Row:
    """Set in the first and not in the second."""
    found: Row = both(a, differ(b, every()))
    return found


@kernel
def same(a: Row, b: Row) -> bool:
    """Whether two rows are equal."""
    d = differ(a, b)
    equal: bool = (d[0] | d[1] | d[2] | d[3] | d[4] | d[5] | d[6] | d[7]) == _NONE
    return equal


@kernel
def added(a: Row, b: Row, c: Row) -> tuple[Row, Row]:
    """The sum and the carry of three bits, in every scenario."""
    half = differ(a, b)
    return differ(half, c), either(both(a, b), both(half, c))
