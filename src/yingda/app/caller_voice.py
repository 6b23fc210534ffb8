"""The voice of the demo caller: espeak-ng."""

import os
import subprocess
from pathlib import Path

from yingda.native.programs import espeak


def speak(text: str, path: Path) -> None:
    """Write the spoken Mandarin as WAV; the engine chooses the sampling rate. Raises ProgramMissing."""
    program = espeak()
    words = ["-v", "cmn", "-s", "160", "-w", str(path), text]
    subprocess.run([*program.argv, *words], check=True, capture_output=True, env={**os.environ, **program.env})
