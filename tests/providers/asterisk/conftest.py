"""One real Asterisk for all tests of this folder; those that kill it start their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.phones.baresip import SipAccount
from tests.phones.tones import make_tone
from tests.providers.asterisk.running import LAB, Ear, RunningAsterisk, connected, running
from yingda.providers.asterisk import AsteriskSwitch
from yingda.telephony.switch import Phone

EXTENSION = Phone("demo-8001", "phone-secret", browser=False, display_name="张三", extension="8001")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningAsterisk]:
    """The shared Asterisk."""
    async with running(tmp_path_factory.mktemp("asterisk")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def line(server: RunningAsterisk) -> AsyncIterator[tuple[AsteriskSwitch, Ear]]:
    """A connected switch with the trunk ``lab`` and the phone 8001."""
    async with connected(server) as (switch, ear):
        await switch.put_trunk(LAB)
        await switch.put_phone(EXTENSION)
        yield switch, ear


@pytest.fixture
def switch(line: tuple[AsteriskSwitch, Ear]) -> AsteriskSwitch:
    """The connected switch."""
    return line[0]


@pytest.fixture
def ear(line: tuple[AsteriskSwitch, Ear]) -> Ear:
    """What it tells."""
    return line[1]


@pytest.fixture
def customer(server: RunningAsterisk) -> SipAccount:
    """Somebody who calls in over the trunk."""
    return SipAccount("13800001111", "127.0.0.1", server.settings.sip_port)


@pytest.fixture
def desk_phone(server: RunningAsterisk) -> SipAccount:
    """The registered phone of 8001, which answers by itself."""
    port = server.settings.sip_port
    return SipAccount(EXTENSION.endpoint, "127.0.0.1", port, EXTENSION.password, auto_answer=True)


@pytest.fixture(scope="session")
def beep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound of 1 s with a tone of 1000 Hz, as a path without ending."""
    path = tmp_path_factory.mktemp("sounds") / "beep"
    make_tone(path.with_suffix(".wav"), 1000, seconds=1)
    return path
