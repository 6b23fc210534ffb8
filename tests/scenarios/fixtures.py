"""One whole system for all scenarios, in a folder and on ports of its own.

``YINGDA_SCENARIO_HOME`` names the data folder of a system that runs already: it is used and left running.
"""

import os
import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from tests.scenarios.system import ROOT, System, run_yingda

UP_LIMIT_S = 360


@pytest.fixture(scope="session")
def scenario_folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder that the database's user may pass; kept when a test failed."""
    folder = Path(tempfile.mkdtemp(prefix="yingda-scenarios-"))
    folder.chmod(0o755)
    yield folder
    if request.session.testsfailed:
        print(f"\nthe logs are kept in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(scenario_folder: Path) -> AsyncIterator[System]:
    """The running system with its demo tenant."""
    scratch = scenario_folder / "phones"
    running = os.environ.get("YINGDA_SCENARIO_HOME")
    if running:
        home = ROOT / running
        environment = {**os.environ, "YINGDA_HOME": str(home)}
    else:
        home = scenario_folder / "home"
        environment = {**os.environ, "YINGDA_HOME": str(home), **_ports()}
        code, output = await run_yingda(environment, "up", "--detach", limit_s=UP_LIMIT_S)
        if code != 0:
            await run_yingda(environment, "down", limit_s=60)
            pytest.fail(f"./yingda up ended with {code}:\n{output[-4000:]}", pytrace=False)
    system = System.of(home, scratch, environment)
    yield system
    await system.close()
    if not running:
        await run_yingda(environment, "down", limit_s=60)


def _ports() -> dict[str, str]:
    """Ports to begin from; the command takes the next free ones where they are taken."""
    base = random.randrange(34000, 48000, 100)
    rtp = random.randrange(10000, 19000, 1000)
    wished = {"HTTP": 0, "SIP": 10, "ARI": 40, "AMI": 50, "LINK": 60, "POSTGRES": 70}
    ports = {f"YINGDA_{name}_PORT": str(base + offset) for name, offset in wished.items()}
    return {**ports, "YINGDA_RTP_PORTS": f"{rtp}-{rtp + 999}"}
