"""The entry: the window, or a command that needs none.

Nothing heavy is imported here: the window is up, and the version told, before any library is loaded.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = str(Path(__file__).resolve().parent)
if ROOT not in sys.path:  # `core` and `explorer` lie beside this file, in a checkout as where it is installed
    sys.path.insert(0, ROOT)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv` (without the program's name) and return the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in ("--engine", "--reset") or arguments[0].startswith("--engine="):
        return _window(arguments)
    options = _parser().parse_args(arguments)
    if options.command == "open":
        return _window([options.file])
    if options.command == "run":
        from explorer import headless  # noqa: PLC0415 - brings the engine, which --version and --help do without

        return headless.run(options)
    if options.command == "fit":
        from explorer import fit_command  # noqa: PLC0415 - as above

        return fit_command.fit(options)
    if options.command == "bench":
        from explorer import benching  # noqa: PLC0415 - holds numpy to one thread, so nothing may bring it before

        return benching.bench(options)
    from explorer import commands  # noqa: PLC0415 - as above, and without the engine

    chosen = {"check": commands.check, "list": commands.list_names, "script": commands.script}[options.command]
    return chosen(options)


def _window(arguments: Sequence[str]) -> int:
    from explorer import screen  # noqa: PLC0415 - ready for the path that was just set

    if sentence := screen.obstacle():
        print(sentence, file=sys.stderr)
        return 1
    from explorer import application  # noqa: PLC0415 - brings Qt, which the other commands do without

    return application.run(arguments)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage is one --help away."""

    def error(self, message: str) -> None:  # type: ignore[override] # argparse declares NoReturn
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="implicit-explorer",
        description="See implicit layers and differential equations at work. Without a command: the window.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    opening = commands.add_parser("open", help="open an experiment file in the window")
    opening.add_argument("file")

    running = commands.add_parser("run", help="run an experiment without a window and write what it gives")
    running.add_argument(
        "source", metavar="FILE-or-PRESET", help="an experiment file, a formula text, or a preset's name"
    )
    running.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write into")
    running.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="settings",
        help="set a parameter, or of a network that learns its rate, batch, loss, optimiser, ...",
    )
    running.add_argument("--device", choices=("cpu", "cuda"), help="where to compute")
    running.add_argument("--dtype", choices=("float64", "float32"), help="the precision to compute in")
    running.add_argument(
        "--path", choices=("auto", "kernel", "python", "torch"), help="the back end that follows trajectories"
    )
    running.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="SHA256",
        help="let the Python file with this content run, which the experiment names",
    )
    running.add_argument(
        "--iterations", type=_positive, metavar="N", help="of a network that learns: stop after as many"
    )
    running.add_argument("--formats", default="png,csv,npz", metavar="LIST", help="png, svg, pdf, csv, npz")
    running.add_argument("--theme", choices=("light", "dark"), default="light", help="the colours of pictures")
    running.add_argument("--scale", type=int, default=2, metavar="1..8", help="how fine pictures are")

    fitting = commands.add_parser("fit", help="let parameters move until a trajectory goes through data")
    fitting.add_argument(
        "source", metavar="FILE-or-PRESET", help="an experiment file, a formula text, or a preset's name"
    )
    fitting.add_argument("--data", type=Path, metavar="CSV", help="the points: a line of names, t,x,..., then numbers")
    fitting.add_argument("--method", metavar="NAME", help="who moves the parameters (see list fits)")
    fitting.add_argument("--loss", choices=("squares", "huber"), help="what is summed over the points")
    fitting.add_argument("--free-start", action="store_true", help="let the start move too")
    fitting.add_argument("--hold", action="append", default=[], metavar="NAME", help="leave this parameter as it is")
    fitting.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="settings", help="begin at this value"
    )
    fitting.add_argument("--save", type=Path, metavar="FILE", help="write the experiment with what was found")

    writing = commands.add_parser("script", help="print a Python script that computes what an experiment does")
    writing.add_argument(
        "source", metavar="FILE-or-PRESET", help="an experiment file, a formula text, or a preset's name"
    )
    writing.add_argument("--torch", action="store_true", help="the system alone, as a function that needs torch only")
    writing.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="settings", help="set a parameter"
    )

    listing = commands.add_parser("list", help="print what there is, one name a line")
    listing.add_argument(
        "kind",
        nargs="?",
        choices=("presets", "solvers", "integrators", "gradients", "fits", "data_sets", "views"),
        default="presets",
    )

    measuring = commands.add_parser("bench", help="time the engine against other libraries, and its drawing")
    measuring.add_argument(
        "names", nargs="*", metavar="NAME", help='which ("drawing": all of drawing); all of the engine without a name'
    )
    measuring.add_argument("--json", type=Path, metavar="FILE", help="write what was measured into a file")
    measuring.add_argument("--list", action="store_true", help="print the names and stop")
    measuring.add_argument("--repeats", type=_positive, default=5, metavar="N", help="samples of everybody, 5")

    checking = commands.add_parser("check", help="check an experiment file, a formula file or a formula")
    checking.add_argument("source", metavar="FILE-or-FORMULA")
    return parser


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on is needed, not {text!r}")
    return int(text)


class _Version(argparse.Action):
    """Prints the version, which is read only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from core.version import VERSION  # noqa: PLC0415 - ready for the path that was just set

        print(f"Implicit Explorer {VERSION}")
        parser.exit(0)


if __name__ == "__main__":
    sys.exit(main())
