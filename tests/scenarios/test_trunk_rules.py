"""A trunk's channel limit and the rule for its callers' numbers, set over the API, kept by the running switch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.phones.baresip import SipAccount, phone
from tests.scenarios.system import Json, System, wait_until

pytestmark = pytest.mark.scenario


@asynccontextmanager
async def trunk_with(system: System, **changes: Any) -> AsyncIterator[Json]:
    """The demo trunk with other settings, set back at the end; those who write wait until the switch has read them."""
    client = await system.api(system.by_role("admin")[0].username)
    found = next(one for one in (await system.get("/trunks"))["items"] if one["name"] == "lab")
    told = ("id", "has_password", "created_at")
    settings = {name: value for name, value in found.items() if name not in told}
    answer = await client.put(f"/trunks/{found['id']}", json=settings | changes)
    assert answer.is_success, answer.text
    try:
        yield found
    finally:
        await client.put(f"/trunks/{found['id']}", json=settings)


async def refused(system: System, caller: str) -> str:
    """Calls, and gives the words with which the call was refused; '' where it was answered."""
    account = SipAccount(user=caller, host="127.0.0.1", port=system.sip_port)
    async with phone(system.scratch / f"refused-{caller}", account, 440) as device:
        await device.dial(system.number)
        event = await device.wait("CALL_ESTABLISHED", "CALL_CLOSED", limit_s=20)
        return event.text if event.kind == "CALL_CLOSED" else ""


async def test_no_more_calls_than_the_trunk_has_channels(system: System) -> None:
    async with trunk_with(system, channel_limit=1):
        async with system.caller("13900000901"):
            await system.contact_at("13900000901", "flow", "waiting")
            words = await wait_until(lambda: refused(system, "13900000902"), 10, "a refused call")
        item = await system.interaction_of("13900000902")
        assert item["outcome"] == "rejected_limit"
        assert "trunk_limit" in str(await system.decisions(item["id"]))
        assert words.startswith("5")
        await system.interaction_of("13900000901")
        assert not await refused(system, "13900000903")


async def test_callers_numbers_are_mended_by_the_trunks_rule(system: System) -> None:
    rule = {"strip": "9", "prefix": ""}
    async with trunk_with(system, caller_id_rule=rule):

        async def mended() -> bool:
            async with system.caller("913900000904"):
                await system.contact_at("13900000904", "flow", "waiting")
            item = await system.interaction_of("13900000904")
            return bool(item["caller"] == "13900000904")

        await wait_until(mended, 20, "a mended number")
    async with system.caller("913900000905"):
        await system.contact_at("913900000905", "flow", "waiting")


async def test_a_trunk_without_a_host_counts_as_reachable(system: System) -> None:
    trunks = (await system.live())["trunks"]
    assert [one["reachable"] for one in trunks if one["name"] == "lab"] == [True]
