"""The programs of the tree really run; skipped where the tree was never fetched (``./yingda test`` fetches it)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from yingda.native.elf import read_elf
from yingda.native.programs import Program, asterisk, baresip, chromium, espeak, postgres_bin, run_tree, sipp

needs_tree = pytest.mark.skipif(run_tree() is None, reason="the native tree is not there")


def _run(program: Program, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **program.env}
    return subprocess.run([*program.argv, *words], capture_output=True, text=True, env=environment, check=False)


@needs_tree
def test_asterisk_is_of_the_major_that_we_are_written_for() -> None:
    place = asterisk()
    assert _run(place.program, "-V").stdout.startswith("Asterisk 22.")
    assert (place.modules / "chan_pjsip.so").is_file()
    assert (place.share / "rest-api").is_dir()


@needs_tree
def test_postgres() -> None:
    assert "(PostgreSQL) 18." in _run(Program((str(postgres_bin() / "postgres"),)), "--version").stdout


@needs_tree
def test_espeak_speaks(tmp_path: Path) -> None:
    wav = tmp_path / "hello.wav"
    assert _run(espeak(), "-v", "cmn", "-w", str(wav), "您好").returncode == 0
    assert wav.stat().st_size > 8000


@needs_tree
def test_baresip_has_the_modules_of_the_test_phone() -> None:
    program = baresip()
    assert "baresip v1" in _run(program, "-h").stdout + _run(program, "-h").stderr
    folder = Path(program.env["BARESIP_MODULES"])
    missing = [
        name for name in ("aufile", "ctrl_tcp", "g711", "sndfile", "account") if not (folder / f"{name}.so").is_file()
    ]
    assert missing == []


@needs_tree
def test_no_library_of_the_machine_is_mixed_in() -> None:
    loaded = subprocess.run(
        [str(asterisk().program.path)],
        env={"LD_TRACE_LOADED_OBJECTS": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [line.split("=>")[1].split("(")[0].strip() for line in loaded.splitlines() if "=>" in line]
    tree = run_tree()
    assert tree is not None
    assert len(paths) > 10
    assert [path for path in paths if not path.startswith(str(tree.path))] == []


@pytest.mark.browser
def test_chromium_shows_a_page() -> None:
    page = "data:text/html;charset=utf-8,<p id=x>您好</p>"
    done = _run(chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page)
    assert "您好" in done.stdout


@pytest.mark.scenario
def test_sipp_starts() -> None:
    assert "SIPp v3" in _run(sipp(), "-v").stdout


def test_elf_of_this_python() -> None:
    elf = read_elf(Path(sys.executable).resolve())
    assert elf is not None
    assert elf.interpreter is not None
    assert "ld" in elf.interpreter
    assert read_elf(Path(__file__)) is None
