"""The one command, ``./yingda``: reads the words and hands over. Exit code 0, or 1 with ``id: sentence`` on stderr."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from yingda.kit.errors import YingdaError
from yingda.native.home import home_of_environment

CHECKOUT = Path(__file__).resolve().parents[3]

Command = Callable[[argparse.Namespace], int]


def _up(options: argparse.Namespace) -> int:
    from yingda.app import cli_up

    return cli_up.up(CHECKOUT, detach=options.detach)


def _down(_: argparse.Namespace) -> int:
    from yingda.app import cli_up

    return cli_up.down(home_of_environment(CHECKOUT))


def _status(options: argparse.Namespace) -> int:
    from yingda.app import cli_up

    return cli_up.show_status(home_of_environment(CHECKOUT), as_json=options.json)


def _logs(options: argparse.Namespace) -> int:
    from yingda.app import cli_logs

    return cli_logs.show(home_of_environment(CHECKOUT), options.name, follow=options.follow)


def _test(options: argparse.Namespace) -> int:
    from yingda.app import cli_dev

    return cli_dev.test(CHECKOUT, options.words)


def _check(_: argparse.Namespace) -> int:
    from yingda.app import cli_dev

    return cli_dev.check(CHECKOUT)


def _bench(options: argparse.Namespace) -> int:
    from yingda.app import cli_dev

    return cli_dev.bench(CHECKOUT, options.name, options.words)


def _new_slice(options: argparse.Namespace) -> int:
    from yingda.app import cli_dev

    return cli_dev.new_slice(CHECKOUT, options.name)


def _new_tenant(options: argparse.Namespace) -> int:
    from yingda.app import new_tenant

    return new_tenant.main(CHECKOUT, options.slug, options.name)


def _demo_call(options: argparse.Namespace) -> int:
    from yingda.app import demo_call

    return demo_call.main(options, home_of_environment(CHECKOUT).path)


def parser(demo_options: bool = False) -> argparse.ArgumentParser:
    """The words that are understood; ``demo_options`` adds those of the demo call, whose module is heavy."""
    root = argparse.ArgumentParser(prog="yingda", description="The open contact centre.")
    words = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run: Command, text: str) -> argparse.ArgumentParser:
        added = words.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    add("up", _up, "start everything").add_argument(
        "--detach", action="store_true", help="return when healthy and leave it running"
    )
    add("down", _down, "stop everything")
    add("status", _status, "what runs").add_argument("--json", action="store_true", help="for programs")
    logs = add("logs", _logs, "what the processes wrote")
    logs.add_argument("-f", "--follow", action="store_true", help="go on as they write")
    logs.add_argument("name", nargs="?", help="one process only")
    add("test", _test, "run the tests (arguments go to pytest)").add_argument("words", nargs=argparse.REMAINDER)
    add("check", _check, "formatting, types, layers, sizes, own rules")
    bench = add("bench", _bench, "run a measurement of bench/")
    bench.add_argument("name", nargs="?")
    bench.add_argument("words", nargs=argparse.REMAINDER)
    add("new-slice", _new_slice, "make the files of a new slice").add_argument("name")
    tenant = add("new-tenant", _new_tenant, "make a tenant with its first administrator")
    tenant.add_argument("slug", help="short name for signing in: small letters, digits, hyphens")
    tenant.add_argument("name", help="the company's name")
    demo = words.add_parser("demo", help="try it out").add_subparsers(dest="demo", required=True)
    call = demo.add_parser("call", help="place a real call into the demo number")
    call.set_defaults(run=_demo_call)
    if demo_options:
        from yingda.app.demo_call import add_arguments

        add_arguments(call)
    return root


def main(words: list[str] | None = None) -> int:
    """Entry of the command."""
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["test"]:
        # argparse would take pytest's options for its own.
        from yingda.app import cli_dev

        return _reported(lambda: cli_dev.test(CHECKOUT, words[1:]))
    options = parser(demo_options=words[:2] == ["demo", "call"]).parse_args(words)
    return _reported(lambda: int(options.run(options)))


def _reported(run: Callable[[], int]) -> int:
    try:
        return run()
    except YingdaError as error:
        print(f"{error.id}: {error.detail}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough (`./yingda logs | head`); nothing more may be written, not even at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


if __name__ == "__main__":
    sys.exit(main())
