"""The yardstick: the same Asterisk with a dialplan of two lines, and nothing of ours."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
from tests.providers.asterisk.running import make_settings

from yingda.native.programs import asterisk
from yingda.providers.asterisk import AsteriskSettings, write_config

USER, PASSWORD = "bare", "bare-secret"
_START_S = 15.0

_PJSIP = f"""
[callers](!)
type = endpoint
disallow = all
allow = alaw
direct_media = no
[caller](callers)
context = bare
[from-here]
type = identify
endpoint = caller
match = 127.0.0.1
[{USER}](callers)
context = nowhere
auth = {USER}
aors = {USER}
[{USER}]
type = auth
auth_type = userpass
username = {USER}
password = {PASSWORD}
[{USER}]
type = aor
max_contacts = 1
remove_existing = yes
"""

_DIALPLAN = f"""
[bare]
exten => _X.,1,Dial(PJSIP/{USER},30)
same => n,Hangup()
"""


@dataclass(frozen=True, slots=True)
class Bare:
    """One that runs: its process and where it listens for SIP."""

    pid: int
    sip_port: int


@asynccontextmanager
async def bare_asterisk(folder: Path) -> AsyncIterator[Bare]:
    """Starts it with our own modules and logging; ended afterwards."""
    settings = replace(make_settings(folder), extra_modules=("app_dial",), rtp_first=24000, rtp_last=27999)
    main_file = write_config(settings)
    for name, more in (("pjsip.conf", _PJSIP), ("extensions.conf", _DIALPLAN)):
        file = settings.etc_dir / name
        file.write_text(file.read_text() + more)
    program = asterisk().program
    process = await asyncio.create_subprocess_exec(
        *program.argv,
        "-C",
        str(main_file),
        "-f",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, **program.env},
    )
    try:
        await _answers(settings)
        yield Bare(process.pid, settings.sip_port)
    finally:
        process.kill()
        await process.wait()


async def _answers(settings: AsteriskSettings) -> None:
    async with asyncio.timeout(_START_S), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                who = (settings.ari_user, settings.ari_password)
                if (await client.get(f"{settings.ari_url}/asterisk/ping", auth=who)).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
