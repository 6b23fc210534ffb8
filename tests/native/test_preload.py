import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from yingda.native.children import ChildSpec, Identity, stop
from yingda.native.home import Home
from yingda.native.preloader import Preloader

ROOT = Path(__file__).resolve().parents[2]
MODULE = "tests.native.preloaded"


async def _ready() -> bool:
    return True


def _spec() -> ChildSpec:
    environment = {"PATH": os.environ["PATH"], "YINGDA_X": "given"}
    return ChildSpec("web", (sys.executable, "-m", MODULE), environment, _ready, cwd=ROOT, module=MODULE)


async def _says(home: Home, identity: Identity) -> None:
    (home.logs / "web.log").touch()
    wanted = f"service {identity.pid} given\n".encode()
    async with asyncio.timeout(5):
        while wanted not in (home.logs / "web.log").read_bytes():  # noqa: ASYNC110 - the other side is a process
            await asyncio.sleep(0.02)


async def test_a_service_is_forked_and_outlives_the_preloaded_process(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    preloader = Preloader(home, ROOT, (MODULE,), environment)
    await preloader.warm()
    begun = time.monotonic()
    first = await preloader.fork(_spec())
    assert time.monotonic() - begun < 1
    assert first is not None
    await _says(home, first)
    await preloader.close()
    assert first.is_alive()
    second = await preloader.fork(_spec())
    assert second is not None
    await _says(home, second)
    for identity in (first, second):
        await stop(identity, signal.SIGTERM, 2.0)
        assert not identity.is_alive()
    await preloader.close()


async def test_where_it_cannot_be_forked_the_caller_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.make()
    preloader = Preloader(home, ROOT, ("no.such.module",), {**os.environ, "PYTHONPATH": f"{ROOT}/src"})
    assert await preloader.fork(_spec()) is None
    await preloader.close()
