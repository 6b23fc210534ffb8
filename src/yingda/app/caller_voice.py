"""The voice of the demo caller: espeak-ng."""

import shutil
import subprocess
from pathlib import Path

from yingda.app.softphone import SoftphoneError


def speak(text: str, path: Path) -> None:
    """Write the spoken text as WAV; the engine chooses the sampling rate. Raises SoftphoneError."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise SoftphoneError("espeak-ng is not installed")
    subprocess.run([program, "-v", "cmn", "-s", "160", "-w", str(path), text], check=True, capture_output=True)
