"""What needs no Asterisk: files, music, translation, the fake's likeness to the port."""

import asyncio
import wave
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.fakes.switch import FakeSwitch
from tests.providers.asterisk.running import LAB, make_settings
from yingda.providers.asterisk import AsteriskSwitch, write_config
from yingda.providers.asterisk.ari import Channel
from yingda.providers.asterisk.music import SECONDS, compose, write_music
from yingda.providers.asterisk.phones import PushedObject, phone_objects, trunk_objects
from yingda.providers.asterisk.translate import Translator, is_dialled, snapshot
from yingda.telephony.switch import (
    Dial,
    LegAnswered,
    LegArrived,
    LegEnded,
    LegGone,
    LegRinging,
    Phone,
    PhoneChanged,
    PlaybackEnded,
    Switch,
    SwitchConnected,
    SwitchLost,
    SwitchUnavailable,
)

AT = "2026-11-21T20:57:03.554+0000"
IN = "1795295053.0"


def channel(leg: str, state: str = "Ring") -> Channel:
    """A channel as Asterisk tells it."""
    return {
        "id": leg,
        "name": "PJSIP/trunk-demo-lab-00000001",
        "state": state,
        "caller": {"name": "", "number": "13800001111"},
        "connected": {"name": "", "number": ""},
        "dialplan": {"context": "from-trunk", "exten": "02088880000"},
        "creationtime": AT,
    }


def raw(kind: str, **fields: Any) -> dict[str, Any]:
    """An event as Asterisk tells it."""
    return {"type": kind, "timestamp": AT, **fields}


ARRIVAL = raw("StasisStart", channel=channel(IN), args=["trunk", "02088880000", "trunk-demo-lab"])
END = raw("ChannelDestroyed", channel=channel(IN), cause=16, cause_txt="Normal Clearing")
DIAL_END = raw("ChannelDestroyed", channel=channel("leg"), cause=0, cause_txt="Unknown")


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        ([ARRIVAL, END], [LegArrived, LegEnded]),
        ([raw("StasisStart", channel=channel("leg"), args=["dialled"])], [None]),
        ([raw("ChannelStateChange", channel=channel(IN, "Up"))], [None]),
        ([raw("ChannelStateChange", channel=channel("leg", "Up"))], [LegAnswered]),
        (
            [
                raw("Dial", peer=channel("leg"), dialstatus="PROGRESS"),
                raw("ChannelStateChange", channel=channel("leg", "Ringing")),
            ],
            [LegRinging, None],
        ),
        ([END, ARRIVAL], [LegEnded, None]),
        ([END, END], [LegEnded, None]),
        (
            [raw("PlaybackFinished", playback={"id": "p", "target_uri": f"channel:{IN}", "state": "failed"})],
            [PlaybackEnded],
        ),
        ([raw("PlaybackFinished", playback={"id": "p", "target_uri": "bridge:b", "state": "done"})], [None]),
        ([raw("PeerStatusChange", endpoint={"resource": "demo-8001", "state": "online"})], [PhoneChanged]),
        ([raw("PeerStatusChange", endpoint={"resource": "yingda-nobody", "state": "online"})], [None]),
        ([raw("ChannelVarset", channel=channel(IN))], [None]),
    ],
)
def test_translation(events: list[dict[str, Any]], kinds: list[type | None]) -> None:
    translator = Translator()
    told = [translator.event(event) for event in events]
    assert [None if event is None else type(event) for event in told] == kinds


def test_a_leg_that_rang_out_ends_with_no_answer() -> None:
    translator = Translator()
    translator.event(raw("Dial", peer=channel("leg"), dialstatus="NOANSWER"))
    ended = translator.event(DIAL_END)
    assert isinstance(ended, LegEnded)
    assert ended.cause == 19


@pytest.mark.parametrize(
    ("leg", "dialled"), [("1795295053.0", False), ("1.12345", False), ("0199a.b", True), ("x", True)]
)
def test_ids(leg: str, dialled: bool) -> None:
    assert is_dialled(leg) is dialled


def test_a_snapshot_tells_legs_out_of_our_hands() -> None:
    first, second = channel(IN), channel("1795295053.9")
    seen = snapshot(
        [first, second],
        [],
        frozenset({IN}),
        [{"technology": "PJSIP", "resource": "a"}],
        {},
        False,
        at=datetime.now(UTC),
    )
    assert [leg.held_by_us for leg in seen.legs] == [True, False]
    assert {leg.endpoint for leg in seen.legs} == {"trunk-demo-lab"}
    assert seen.reachable == frozenset()


def test_names_cannot_break_out_of_a_caller_id() -> None:
    objects = phone_objects(Phone("demo-1", "p", False, 'A"<evil>\r\n, B\\', "8001"))
    assert dict(objects[-1].fields)["callerid"] == '"Aevil B" <8001>'


@pytest.mark.parametrize(
    "objects",
    [
        phone_objects(Phone("demo-1", "p", False, "A", "1")),
        phone_objects(Phone("demo-1-web", "p", True, "A", "1")),
        trunk_objects(replace(LAB, codecs=("opus", "g722", "gsm", "alaw"))),
        trunk_objects(replace(LAB, codecs=())),
    ],
)
def test_no_wideband_codec_spoils_a_stereo_recording(objects: tuple[PushedObject, ...]) -> None:
    fields = dict(next(one for one in objects if one.kind == "endpoint").fields)
    allowed = fields["allow"].split(",")
    assert allowed[0] == "!all"
    assert allowed[1:]
    assert set(allowed[1:]) <= {"alaw", "ulaw", "gsm"}


def test_files_hold_secrets_for_their_owner_only(tmp_path: Path) -> None:
    settings = replace(make_settings(tmp_path), public_address="203.0.113.7", apology=tmp_path / "sorry")
    main_file = write_config(settings)
    assert main_file == tmp_path / "etc" / "asterisk.conf"
    for path in settings.etc_dir.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert "external_media_address = 203.0.113.7" in (settings.etc_dir / "pjsip.conf").read_text()
    assert f"Playback({tmp_path / 'sorry'},noanswer)" in (settings.etc_dir / "extensions.conf").read_text()
    assert "autoload = no" in (settings.etc_dir / "modules.conf").read_text()


def test_the_music_is_long_quiet_and_has_no_seam(tmp_path: Path) -> None:
    for path in write_music(tmp_path):
        with wave.open(str(path)) as file:
            assert file.getnframes() / file.getframerate() == pytest.approx(SECONDS)
    samples = compose(8000)
    assert np.array_equal(samples, compose(8000))
    steps = np.abs(np.diff(samples.astype(int)))
    assert abs(int(samples[0]) - int(samples[-1])) <= steps.max()
    assert np.abs(samples.astype(int)).max() < 0.2 * 32768
    seconds = samples[: 76 * 8000].reshape(76, 8000).astype(float)
    assert np.sqrt((seconds**2).mean(axis=1)).min() > 50


def test_both_switches_are_the_port() -> None:
    switches: list[type[Switch]] = [FakeSwitch, AsteriskSwitch]
    assert len(switches) == 2


async def test_the_fake_behaves_as_the_real_one() -> None:
    fake = FakeSwitch()
    leg = fake.arrive()
    await fake.answer(leg)
    await fake.start_music(leg)
    await fake.play(leg, "p", [Path("a")])
    assert fake.legs[leg].music is None
    fake.end(leg)
    with pytest.raises(LegGone):
        await fake.answer(leg)
    await fake.hang_up(leg)
    await fake.dial(Dial("out", "demo-8001", "1", "", 0))
    fake.ring("out")
    await asyncio.sleep(0.01)
    fake.lose()
    with pytest.raises(SwitchUnavailable):
        await fake.answer(leg)
    fake.restart()
    kinds = [type(await anext(events)) for events in [fake.events()] for _ in range(8)]
    assert kinds == [
        SwitchConnected,
        LegArrived,
        PlaybackEnded,
        LegEnded,
        LegRinging,
        LegEnded,
        SwitchLost,
        SwitchConnected,
    ]
