"""A process that has imported the product and forks a service on demand: ``python -m yingda.native.preload MODULE…``.

Importing takes three seconds of a core, a fork takes milliseconds: a killed service is back while the
people still talk, and the services share the memory of what they have in common. Requests come as JSON
lines on standard input, answered by the new process's number; the end of the input ends this process, not
the services.
"""

import gc
import importlib
import json
import os
import signal
import sys
import traceback
from dataclasses import asdict, dataclass

from yingda.native.output import outlast_a_full_disk


@dataclass(frozen=True, slots=True)
class ForkRequest:
    """Which module's ``main()`` to run, and as what."""

    module: str
    log: str
    cwd: str
    env: dict[str, str]

    def line(self) -> bytes:
        """As it travels."""
        return json.dumps(asdict(self)).encode() + b"\n"


def become(request: ForkRequest) -> None:
    """Makes the forked process what was asked for; never returns."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        null = os.open(os.devnull, os.O_RDONLY)
        log = os.open(request.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        for source, target in ((null, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        outlast_a_full_disk()
        os.environ.clear()
        os.environ.update(request.env)
        os.chdir(request.cwd)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        code = int(importlib.import_module(request.module).main() or 0)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # the last frame of this process: what is not printed here is lost
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> int:
    """Entry of the process."""
    for module in sys.argv[1:]:
        importlib.import_module(module)
    # Frozen objects are not touched by the collector, so their pages stay shared.
    gc.collect()
    gc.freeze()
    # Nobody here asks for exit codes; ignored children leave no zombies.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    requests, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    os.write(answers, b"ready\n")
    for line in requests:
        request = ForkRequest(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            os.close(answers)
            os.close(requests.fileno())
            become(request)
        os.write(answers, f"{pid}\n".encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
