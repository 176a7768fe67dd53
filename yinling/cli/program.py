"""The command line without its commands."""

import typer


def program() -> typer.Typer:
    """A fresh one, whose help and errors are as everywhere."""
    return typer.Typer(
        name="yinling",
        help="Yinling (银铃) watches over old people who live alone.",
        epilog="Example: yinling demo",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
