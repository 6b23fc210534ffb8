"""A whole system of a measurement's own: another data folder, other ports, as many agents as are wanted."""

import asyncio
import os
import random
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tests.phones import sipp
from tests.phones.rtp_pcap import Press
from tests.scenarios.system import DemoUser, Json, System, run_yingda

UP_LIMIT_S = 360
QUEUES = ("sales", "service")
PROCESSES = ("asterisk", "switch", "web", "postgres", "worker")


@asynccontextmanager
async def own_system() -> AsyncIterator[System]:
    """Started in a temporary folder, ended and removed afterwards."""
    folder = _folder()
    base = random.randrange(34000, 48000, 100)
    wished = {"HTTP": 0, "SIP": 10, "ARI": 40, "AMI": 50, "LINK": 60, "POSTGRES": 70}
    ports = {f"YINGDA_{name}_PORT": str(base + offset) for name, offset in wished.items()}
    environment = {**os.environ, "YINGDA_HOME": str(folder / "home"), **ports, "YINGDA_RTP_PORTS": "10000-19999"}
    try:
        code, output = await run_yingda(environment, "up", "--detach", limit_s=UP_LIMIT_S)
        if code != 0:
            raise SystemExit(f"./yingda up ended with {code}:\n{output[-4000:]}")
        system = System.of(folder / "home", folder / "phones", environment)
        yield system
        await system.close()
    finally:
        await run_yingda(environment, "down", limit_s=60)
        shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    """One that the database's user may pass."""
    folder = Path(tempfile.mkdtemp(prefix="yingda-bench-"))
    folder.chmod(0o755)
    return folder


async def pids(system: System) -> dict[str, int]:
    """The system's processes."""
    found = {process["name"]: process["pid"] for process in (await system.status())["processes"]}
    return {name: found[name] for name in PROCESSES}


async def hire(system: System, count: int) -> list[DemoUser]:
    """Makes so many agents, half of them for each queue of the demo flow; known to the system as its users."""
    admin = await system.api(system.by_role("admin")[0].username)
    made: list[DemoUser] = []
    agents: list[str] = []
    for number in range(count):
        extension = str(20000 + number)
        user = {"username": f"load{number}", "name": f"Load {number}", "password": f"load-{number}-secret"}
        created = (await admin.post("/users", json=user | {"role": "agent"})).raise_for_status().json()
        answer = await admin.post("/agents", json={"user_id": created["id"], "extension": extension})
        agent = answer.raise_for_status().json()
        agents.append(agent["id"])
        made.append(
            DemoUser(
                user["username"], user["password"], "agent", extension, agent["sip_username"], agent["sip_password"]
            )
        )
    system.users.update({user.username: user for user in made})
    for index, name in enumerate(QUEUES):
        await _members(system, name, agents[index :: len(QUEUES)])
    return made


async def _members(system: System, name: str, agents: list[str]) -> None:
    admin = await system.api(system.by_role("admin")[0].username)
    queue: Json = next(found for found in (await system.get("/queues"))["items"] if found["name"] == name)
    body = {key: value for key, value in queue.items() if key != "id"}
    members = [{"agent_id": agent, "order": order} for order, agent in enumerate(agents)]
    body |= {"wrap_up_s": 0, "max_misses": 100, "members": members}
    (await admin.put(f"/queues/{queue['id']}", json=body)).raise_for_status()


@asynccontextmanager
async def at_work(system: System, users: list[DemoUser], talk_s: float) -> AsyncIterator[None]:
    """Their phones are registered, answer at once and hang up after ``talk_s``; all are ready."""
    phones = [sipp.Agent(user.sip_username or "", user.sip_password or "") for user in users]
    conduct = sipp.Conduct(answer_ms=1, hang_up_s=talk_s)
    async with sipp.agents(system.scratch / "agents", system.sip_port, phones, conduct):
        for user in users:
            await system.set_state(user.username, "ready")
        await _all_ready(system, {user.extension for user in users})
        yield


async def _all_ready(system: System, extensions: set[str | None], limit_s: float = 60) -> None:
    async with asyncio.timeout(limit_s):
        while True:
            agents = (await system.live())["agents"]
            mine = [agent for agent in agents if agent["extension"] in extensions]
            if len(mine) == len(extensions) and all(a["state"] == "ready" and a["device"] for a in mine):
                return
            await asyncio.sleep(0.5)


def wave(number: str, prefix: str, calls: int, rate: float, key: str, stay_s: float) -> sipp.Callers:
    """Callers that press ``key`` in the menu ('' for none) and stay until they are hung up on, or for ``stay_s``."""
    presses = (Press(0.5, key),) if key else ()
    plan = sipp.Callers(number, f"{prefix}[call_number]", calls, rate, stay_s, presses)
    return replace(plan, hz=440) if key else plan
