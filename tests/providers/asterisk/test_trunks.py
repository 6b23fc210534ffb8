"""Trunks against a provider that is a real Asterisk: registration, addresses, transports, reachability."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
import soundfile

from tests.phones import tones
from tests.providers.asterisk.carrier import ADDRESS, HZ, USER, Carrier, carrier, inviting, make_certificate
from tests.providers.asterisk.running import Ear, RunningAsterisk, make_settings
from tests.providers.asterisk.test_phones import stored
from yingda.providers.asterisk import AsteriskSwitch
from yingda.providers.asterisk.phones import trunk_removal
from yingda.telephony.switch import LegArrived, LegEnded, PhoneChanged, Transport, TrunkSpec

pytestmark = pytest.mark.scenario

NUMBER = "02088880000"
NAME = "trunk-demo-carrier"
REGISTERED_S = 35
"""A first request that is lost is made again after ten seconds; three times may it be lost."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningAsterisk]:
    """Our Asterisk, with a certificate."""
    folder = tmp_path_factory.mktemp("trunks")
    found = RunningAsterisk(replace(make_settings(folder), certificate=make_certificate(folder / "tls")))
    await found.start()
    try:
        yield found
    finally:
        await found.kill()


@pytest_asyncio.fixture(loop_scope="session")
async def provider(tmp_path: Path) -> AsyncIterator[Carrier]:
    """A provider of the test's own."""
    async with carrier(tmp_path / "carrier") as found:
        yield found


def registered(provider: Carrier, transport: Transport = Transport.UDP, password: str = "") -> TrunkSpec:
    """A trunk that registers at the provider."""
    port = provider.tls_port if transport is Transport.TLS else provider.port
    word = password or provider.password
    return TrunkSpec(
        NAME, ADDRESS, port, transport, ("alaw",), (), username=USER, password=word, register=True, qualify_s=2
    )


def by_address(provider: Carrier, *addresses: str, transport: Transport = Transport.UDP) -> TrunkSpec:
    """A trunk whose calls are known by where they come from."""
    port = provider.tls_port if transport is Transport.TLS else provider.port
    return TrunkSpec(NAME, ADDRESS, port, transport, ("alaw",), addresses, qualify_s=1)


async def talk(switch: AsteriskSwitch, ear: Ear, provider: Carrier, leg: LegArrived, beep: Path, folder: Path) -> None:
    """Both sides hear each other: we say 1000 Hz, the provider 700 Hz."""
    await switch.answer(leg.leg)
    record = folder / "ours.raw"
    await switch.start_recording(leg.leg, record)
    await switch.play(leg.leg, f"beeps-{leg.leg}", [beep, beep])
    await asyncio.sleep(2.5)
    await provider.hang_up()
    await ear.next(LegEnded, leg=leg.leg)
    await asyncio.sleep(0.3)
    samples, rate = soundfile.read(record, format="RAW", subtype="PCM_16", samplerate=8000, channels=2)
    wav = folder / "ours.wav"
    soundfile.write(wav, samples, rate)
    assert tones.share(wav, 0, HZ) > 0.8
    assert sum(stretch.length for stretch in tones.timeline(provider.heard, 0, 1000)) == pytest.approx(2, abs=0.5)


async def test_a_registered_trunk_takes_calls_to_its_registration(
    switch: AsteriskSwitch, ear: Ear, provider: Carrier, beep: Path, tmp_path: Path
) -> None:
    await switch.put_trunk(registered(provider))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    assert NAME in (await switch.look()).reachable
    await provider.call(f"PJSIP/{USER}")
    leg = await ear.next(LegArrived)
    assert (leg.endpoint, leg.called, leg.caller) == (NAME, USER.replace("-", ""), "13800001111")
    await talk(switch, ear, provider, leg, beep, tmp_path)
    await switch.remove_trunk(NAME)
    assert NAME not in (await switch.look()).reachable


async def test_a_number_in_the_request_is_the_called_number(
    switch: AsteriskSwitch, ear: Ear, server: RunningAsterisk, provider: Carrier
) -> None:
    await switch.put_trunk(registered(provider))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    await provider.call(f"PJSIP/{USER}/sip:{NUMBER}@127.0.0.1:{server.settings.sip_port}")
    leg = await ear.next(LegArrived)
    assert (leg.endpoint, leg.called) == (NAME, NUMBER)
    await switch.remove_trunk(NAME)
    await switch.hang_up(leg.leg)


@pytest.mark.parametrize(
    ("to", "called"),
    [
        (f"<sip:{NUMBER}@{ADDRESS}>", NUMBER),
        (f'"Sales: a@b" <sip:+862088880000@{ADDRESS}:5060;user=phone>', "+862088880000"),
        (f"<sip:{USER}@{ADDRESS}>", USER.replace("-", "")),
        (f"<sip:{ADDRESS}>", USER.replace("-", "")),
        ("<tel:+862088880000>", USER.replace("-", "")),
    ],
)
async def test_where_the_request_names_the_registration_the_to_header_tells_the_number(
    switch: AsteriskSwitch, ear: Ear, server: RunningAsterisk, provider: Carrier, to: str, called: str
) -> None:
    await switch.put_trunk(registered(provider))
    async with inviting(ADDRESS, server.settings.sip_port) as call:
        call.invite(f"sip:{USER}@127.0.0.1:{server.settings.sip_port}", to)
        leg = await ear.next(LegArrived)
        assert (leg.endpoint, leg.called, leg.caller) == (NAME, called, "13800001111")
        seen = [one.called for one in (await switch.look()).legs if one.leg == leg.leg]
        await switch.hang_up(leg.leg)
        assert await call.final() >= 400
    assert [one.replace("-", "") for one in seen] == [called]
    await switch.remove_trunk(NAME)


async def test_a_call_by_the_registration_may_come_from_another_of_the_providers_addresses(
    switch: AsteriskSwitch, ear: Ear, server: RunningAsterisk, provider: Carrier
) -> None:
    await switch.put_trunk(registered(provider))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    contact = provider.contact()
    assert ";line=" in contact
    async with inviting("127.0.0.9", server.settings.sip_port) as call:
        call.invite(contact, f"<sip:{NUMBER}@{ADDRESS}>")
        leg = await ear.next(LegArrived)
        assert (leg.endpoint, leg.called) == (NAME, NUMBER)
        await switch.hang_up(leg.leg)
    async with inviting("127.0.0.9", server.settings.sip_port) as call:
        call.invite(contact.replace(";line=", ";line=x"), f"<sip:{NUMBER}@{ADDRESS}>")
        assert await call.final() == 401
    await switch.remove_trunk(NAME)


async def test_a_wrong_password_is_unreachable_and_asks_seldom(
    switch: AsteriskSwitch, ear: Ear, provider: Carrier
) -> None:
    await switch.put_trunk(registered(provider, password="wrong"))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=False)
    await asyncio.sleep(8)
    assert not [event for event in ear.heard if event == PhoneChanged(NAME, True, event.at)]
    assert NAME not in (await switch.look()).reachable
    refused = [line for line in provider.log().splitlines() if "'REGISTER'" in line and "Failed to auth" in line]
    assert 1 <= len(refused) <= 2
    await switch.put_trunk(registered(provider))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    await switch.remove_trunk(NAME)


async def test_a_provider_that_was_started_anew_has_us_registered_again(
    switch: AsteriskSwitch, ear: Ear, provider: Carrier
) -> None:
    await switch.put_trunk(registered(provider))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    await provider.stop()
    provider.forget()
    await ear.next(PhoneChanged, endpoint=NAME, reachable=False)
    await provider.start()
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    assert provider.registered()
    await provider.call(f"PJSIP/{USER}")
    leg = await ear.next(LegArrived)
    await switch.hang_up(leg.leg)
    await switch.remove_trunk(NAME)


@pytest.mark.parametrize("transport", [Transport.UDP, Transport.TCP, Transport.TLS])
async def test_a_trunk_by_its_address(
    switch: AsteriskSwitch,
    ear: Ear,
    server: RunningAsterisk,
    provider: Carrier,
    beep: Path,
    tmp_path: Path,
    transport: Transport,
) -> None:
    await switch.put_trunk(by_address(provider, ADDRESS, transport=transport))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    port = server.settings.sip_port + (transport is Transport.TLS)
    suffix = "" if transport is Transport.UDP else f";transport={transport}"
    await provider.call(f"PJSIP/peer/sip:{NUMBER}@127.0.0.1:{port}{suffix}")
    leg = await ear.next(LegArrived)
    assert (leg.endpoint, leg.called, leg.caller) == (NAME, NUMBER, "13800001111")
    await talk(switch, ear, provider, leg, beep, tmp_path)
    await switch.remove_trunk(NAME)


@pytest.mark.parametrize("transport", [Transport.TCP, Transport.TLS])
async def test_a_registered_trunk_over(
    switch: AsteriskSwitch, ear: Ear, provider: Carrier, beep: Path, tmp_path: Path, transport: Transport
) -> None:
    await switch.put_trunk(registered(provider, transport))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    await provider.call(f"PJSIP/{USER}")
    await talk(switch, ear, provider, await ear.next(LegArrived), beep, tmp_path)
    await switch.remove_trunk(NAME)


@pytest.mark.parametrize(
    ("addresses", "source", "taken"),
    [
        (("127.0.0.3",), "127.0.0.3", True),
        (("127.0.0.3",), "127.0.0.4", False),
        (("127.3.0.0/16", "127.0.0.5"), "127.3.200.1", True),
        (("127.3.0.0/16", "127.0.0.5"), "127.0.0.5", True),
        (("127.3.0.0/16",), "127.4.0.1", False),
    ],
)
async def test_only_the_trunks_addresses_are_let_in(
    switch: AsteriskSwitch,
    ear: Ear,
    server: RunningAsterisk,
    addresses: tuple[str, ...],
    source: str,
    taken: bool,
) -> None:
    await switch.put_trunk(TrunkSpec(NAME, "", 5060, Transport.UDP, ("alaw",), addresses))
    async with inviting(source, server.settings.sip_port) as call:
        call.invite(f"sip:{NUMBER}@127.0.0.1:{server.settings.sip_port}", f"<sip:{NUMBER}@127.0.0.1>")
        if taken:
            leg = await ear.next(LegArrived)
            assert (leg.endpoint, leg.called) == (NAME, NUMBER)
            await switch.hang_up(leg.leg)
            assert await call.final() >= 400
        else:
            assert await call.final() == 401
            assert not [event for event in ear.heard if isinstance(event, LegArrived)]
    await switch.remove_trunk(NAME)


async def test_a_trunk_that_nobody_can_ask_counts_as_reachable(switch: AsteriskSwitch, ear: Ear) -> None:
    await switch.put_trunk(TrunkSpec(NAME, "", 5060, Transport.UDP, ("alaw",), ("127.0.0.3",)))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    assert NAME in (await switch.look()).reachable
    await switch.remove_trunk(NAME)
    assert NAME not in (await switch.look()).reachable


async def test_a_dead_trunk_is_unreachable_within_its_period_and_comes_back(
    switch: AsteriskSwitch, ear: Ear, provider: Carrier
) -> None:
    await switch.put_trunk(by_address(provider, ADDRESS))
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=REGISTERED_S)
    await provider.stop()
    # A second until it is asked again, and three for its answer.
    await ear.next(PhoneChanged, endpoint=NAME, reachable=False, limit_s=6)
    await provider.start()
    await ear.next(PhoneChanged, endpoint=NAME, reachable=True, limit_s=6)
    await switch.remove_trunk(NAME)


TLS = TrunkSpec(NAME, "127.0.0.6", 5061, Transport.TLS, ("alaw",), ("127.0.0.6",), "user", "secret", register=True)
CHANGES = {
    "no registration": replace(TLS, register=False),
    "no password": replace(TLS, register=False, username="", password=""),
    "another host": replace(TLS, host="127.0.0.7", port=5062),
    "no host": replace(TLS, host="", register=False, username="", password=""),
    "no encryption": replace(TLS, transport=Transport.UDP),
    "other codecs": replace(TLS, codecs=("ulaw", "alaw")),
    "another user": replace(TLS, username="other", password="word"),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_changed_trunk_is_as_one_made_anew(
    switch: AsteriskSwitch, server: RunningAsterisk, change: str
) -> None:
    """Asterisk keeps of an object what a second push does not name."""
    wanted = CHANGES[change]
    states = []
    for first in (wanted, TLS):
        await switch.put_trunk(first)
        await switch.put_trunk(wanted)
        states.append([await stored(server, old.path) for old in trunk_removal(NAME)])
        await switch.remove_trunk(NAME)
    assert states[0] == states[1]
