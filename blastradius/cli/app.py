"""The command `blastradius`: finds its subcommands in `cli/commands/`, and imports only the one that is asked for."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from blastradius.cli import commands, options

Abort = typer.Abort
#: The parser's own error class stands in a different module from one version to the next.
CommandLineError: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")

_PLAIN: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False}
#: Commands that read no system.
_ABOUT_ITSELF = frozenset({"schema", "version"})
_NARROW = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


def names() -> list[str]:
    """Names of all commands, in the order in which people meet them."""
    return sorted(_files(), key=lambda name: (_module(name).PLACE, name))


def _files() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(commands.__path__)]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{commands.__name__}.{name}")


def _with_catalog(run: Callable[..., int]) -> Callable[..., int]:
    """A command with the option for records of the user's own: whatever reads a folder or an inventory asks the catalog."""
    signature = inspect.signature(run, eval_str=True)
    if "catalog" in signature.parameters:
        return run

    @functools.wraps(run)
    def wrapped(*, catalog: str | None = None, **given: Any) -> int:
        if catalog is None:
            return run(**given)
        from pathlib import Path

        from blastradius.catalog import data

        data.use(Path(catalog))
        try:
            return run(**given)
        finally:
            data.use(None)

    option = inspect.Parameter("catalog", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=options.Catalog)
    wrapped.__signature__ = signature.replace(parameters=[*signature.parameters.values(), option])  # type: ignore[attr-defined]
    wrapped.__annotations__ = {name: one.annotation for name, one in wrapped.__signature__.parameters.items()}  # type: ignore[attr-defined]
    return wrapped


class Commands(TyperGroup):
    """A group that imports a command when it is named."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All commands, for the help."""
        return names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One command, or none of that name."""
        if cmd_name not in _files():
            return None
        run: Callable[..., int] = _module(cmd_name).run
        if cmd_name not in _ABOUT_ITSELF:
            run = _with_catalog(run)
        single = typer.Typer(add_completion=False, **_PLAIN)
        single.command(cmd_name, help=_help(run), context_settings=_NARROW)(run)
        return get_command(single)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was named; an unknown one fails with those that resemble it."""
        # The parser suggests among `commands`, which a lazy group leaves empty.
        if args and args[0] not in _files():
            from difflib import get_close_matches

            close = get_close_matches(args[0], _files())
            hint = f"did you mean {' or '.join(close)}" if close else f"there are {', '.join(names())}"
            ctx.fail(f"No such command {args[0]!r}: {hint}")
        return super().resolve_command(ctx, args)


def _help(run: Callable[..., int]) -> str:
    """A command's docstring, without its section for programmers."""
    return (inspect.getdoc(run) or "").partition("\n\nReturns:")[0]


def _version(asked: bool) -> None:
    if asked:
        from blastradius.cli.commands.version import run

        raise typer.Exit(run())


def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Which critical journeys break when a region, zone, vendor, account or service goes away, when and why."""


def command() -> Any:
    """The whole command line, ready to be called with arguments."""
    app = typer.Typer(cls=Commands, no_args_is_help=True, context_settings=_NARROW, **_PLAIN)
    app.callback()(_root)
    return get_command(app)
