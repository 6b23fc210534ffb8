import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from yingda.native.errors import LockHeld
from yingda.native.lock import locked

HOLDER = """
import sys, time, pathlib
from yingda.native.lock import locked
with locked(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_held_lock_names_its_holder_and_a_dead_holder_has_none(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    environment = {**os.environ, "PYTHONPATH": "src"}
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, env=environment) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockHeld, match=str(holder.pid)), locked(path):
            pass
        holder.send_signal(signal.SIGKILL)
    with locked(path):
        assert path.read_text().strip() == str(os.getpid())
