"""What phones and trunks become in a real Asterisk, and who is taken for whom."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.phones.baresip import SipAccount, SoftphoneError, phone
from tests.providers.asterisk.conftest import EXTENSION
from tests.providers.asterisk.running import LAB, Ear, RunningAsterisk
from yingda.providers.asterisk import AsteriskSwitch
from yingda.providers.asterisk.phones import PushedObject, phone_objects, trunk_objects
from yingda.telephony.switch import LegArrived, Phone, PhoneChanged, Transport, TrunkSpec

pytestmark = pytest.mark.scenario

BROWSER = Phone("demo-8002-web", "web-secret", browser=True, display_name='王"五"', extension="8002")
REGISTERED = TrunkSpec(
    "trunk-demo-carrier",
    "127.0.0.1",
    5998,
    Transport.TCP,
    ("alaw", "g722"),
    username="carrier-user",
    password="carrier-secret",
    register=True,
)


PUTS: dict[str, tuple[Callable[[AsteriskSwitch], Awaitable[None]], tuple[PushedObject, ...]]] = {
    "phone": (lambda switch: switch.put_phone(EXTENSION), phone_objects(EXTENSION)),
    "browser": (lambda switch: switch.put_phone(BROWSER), phone_objects(BROWSER)),
    "registered trunk": (lambda switch: switch.put_trunk(REGISTERED), trunk_objects(REGISTERED)),
    "trunk by address": (lambda switch: switch.put_trunk(LAB), trunk_objects(LAB)),
}


@pytest.mark.parametrize("what", PUTS)
async def test_a_second_push_changes_nothing(switch: AsteriskSwitch, server: RunningAsterisk, what: str) -> None:
    """Asterisk writes some values back in another form than it reads them, and adds to some lists."""
    put, made = PUTS[what]
    states = []
    for _ in range(2):
        await put(switch)
        states.append([await stored(server, one.path) for one in made])
    assert states[0] == states[1]
    assert None not in states[0]
    await switch.remove_phone(BROWSER.endpoint)
    await switch.remove_trunk(REGISTERED.endpoint)


async def test_an_address_taken_from_a_trunk_is_not_let_in_any_more(
    switch: AsteriskSwitch, server: RunningAsterisk
) -> None:
    await switch.put_trunk(replace(REGISTERED, addresses=("127.0.0.7", "127.1.0.0/16")))
    await switch.put_trunk(replace(REGISTERED, addresses=("127.0.0.8",)))
    path = f"asterisk/config/dynamic/res_pjsip/identify/{REGISTERED.endpoint}"
    fields = await stored(server, path)
    assert [one["value"] for one in fields or [] if one["attribute"] == "match"] == ["127.0.0.8/255.255.255.255"]
    await switch.remove_trunk(REGISTERED.endpoint)
    assert await stored(server, path) is None


async def stored(server: RunningAsterisk, path: str) -> list[dict[str, str]] | None:
    """An object as Asterisk keeps it, None where there is none."""
    auth = (server.settings.ari_user, server.settings.ari_password)
    async with httpx.AsyncClient(base_url=server.settings.ari_url, auth=auth) as http:
        reply = await http.get(path)
    if reply.status_code == 404:
        return None
    fields: list[dict[str, str]] = reply.raise_for_status().json()
    return fields


async def test_phones_are_known_by_name_and_callers_by_address(
    switch: AsteriskSwitch, ear: Ear, customer: SipAccount, desk_phone: SipAccount, tmp_path: Path
) -> None:
    """Both come from 127.0.0.1, which is the trunk's address."""
    async with (
        phone(tmp_path / "phone", desk_phone, 700) as extension,
        phone(tmp_path / "caller", customer, 440) as caller,
    ):
        await ear.next(PhoneChanged, endpoint="demo-8001", reachable=True)
        await extension.dial("8002")
        from_phone = await ear.next(LegArrived)
        await caller.dial("4008000000")
        from_trunk = await ear.next(LegArrived)
        await switch.hang_up(from_phone.leg)
        await switch.hang_up(from_trunk.leg)
    assert (from_phone.endpoint, from_phone.called, from_phone.caller) == ("demo-8001", "8002", "8001")
    assert from_phone.caller_name == "张三"
    assert (from_trunk.endpoint, from_trunk.called, from_trunk.caller) == (LAB.endpoint, "4008000000", "13800001111")


async def test_a_phone_registers_over_tcp(
    switch: AsteriskSwitch, ear: Ear, desk_phone: SipAccount, tmp_path: Path
) -> None:
    async with phone(tmp_path, replace(desk_phone, transport="tcp"), 700):
        await ear.next(PhoneChanged, endpoint="demo-8001", reachable=True)
    await ear.next(PhoneChanged, endpoint="demo-8001", reachable=False)


async def test_wrong_passwords_and_removed_phones_are_refused(
    switch: AsteriskSwitch, desk_phone: SipAccount, tmp_path: Path
) -> None:
    with pytest.raises(SoftphoneError):
        async with phone(tmp_path / "wrong", replace(desk_phone, password="wrong"), 700):
            pass
    await switch.remove_phone("demo-8001")
    await switch.remove_phone("demo-8001")
    with pytest.raises(SoftphoneError):
        async with phone(tmp_path / "removed", desk_phone, 700):
            pass


async def test_a_new_password_counts_at_once(
    switch: AsteriskSwitch, ear: Ear, desk_phone: SipAccount, tmp_path: Path
) -> None:
    await switch.put_phone(replace(EXTENSION, password="another"))
    async with phone(tmp_path, replace(desk_phone, password="another"), 700):
        await ear.next(PhoneChanged, endpoint="demo-8001", reachable=True)


async def test_strangers_reach_nothing(switch: AsteriskSwitch, ear: Ear, customer: SipAccount, tmp_path: Path) -> None:
    await switch.remove_trunk(LAB.endpoint)
    async with phone(tmp_path, customer, 440) as caller:
        await caller.dial("02088880000")
        assert "401" in (await caller.wait("CALL_CLOSED", limit_s=15)).text
    await asyncio.sleep(0.2)
    assert not [event for event in ear.heard if isinstance(event, LegArrived)]


async def test_a_trunk_that_no_longer_registers_forgets_it(switch: AsteriskSwitch, server: RunningAsterisk) -> None:
    await switch.put_trunk(REGISTERED)
    await switch.put_trunk(replace(REGISTERED, register=False, username="", password=""))
    for kind in ("auth", "registration"):
        assert await stored(server, f"asterisk/config/dynamic/res_pjsip/{kind}/{REGISTERED.endpoint}") is None
    await switch.remove_trunk(REGISTERED.endpoint)
