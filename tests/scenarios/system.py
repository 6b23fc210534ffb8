"""A whole running system, as scenarios see it: its API, its phones, its processes."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from tests.phones.baresip import SipAccount, Softphone, phone

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class DemoUser:
    """A sign-in of the demo tenant."""

    username: str
    password: str
    role: str
    extension: str | None
    sip_username: str | None
    sip_password: str | None


@dataclass(slots=True)
class System:
    """Made by the fixture ``system``. ``environment`` is what its commands are run with."""

    home: Path
    scratch: Path
    environment: dict[str, str]
    url: str
    tenant: str
    number: str
    sip_port: int
    users: dict[str, DemoUser]
    since: str = field(default_factory=lambda: datetime.now(UTC).isoformat())
    _clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    _phones: int = 0

    @classmethod
    def of(cls, home: Path, scratch: Path, environment: dict[str, str]) -> "System":
        """The system whose ``demo.json`` stands in ``home``."""
        demo = json.loads((home / "demo.json").read_text())
        users = {
            user["username"]: DemoUser(**{name: user.get(name) for name in DemoUser.__slots__})
            for user in demo["users"]
        }
        sip = demo["sip"]["port"]
        return cls(home, scratch, environment, demo["url"], demo["tenant"], demo["number"], sip, users)

    def by_role(self, role: str) -> list[DemoUser]:
        """The users of a role, by extension."""
        return sorted(
            (user for user in self.users.values() if user.role == role), key=lambda user: user.extension or ""
        )

    def by_extension(self, extension: str) -> DemoUser:
        """The user with that extension."""
        return next(user for user in self.users.values() if user.extension == extension)

    async def api(self, username: str) -> httpx.AsyncClient:
        """A client signed in as that user; paths are below ``/api/v1``."""
        if username not in self._clients:
            client = httpx.AsyncClient(base_url=f"{self.url}/api/v1", timeout=15, trust_env=False)
            user = self.users[username]
            body = {"tenant": self.tenant, "username": username, "password": user.password}
            answer = await client.post("/sessions", json=body)
            assert answer.status_code == httpx.codes.CREATED, answer.text
            client.headers["authorization"] = f"Bearer {answer.json()['token']}"
            self._clients[username] = client
        return self._clients[username]

    async def get(self, path: str, **query: str | int) -> Json:
        """What the administrator reads at a path."""
        answer = await (await self.api(self.by_role("admin")[0].username)).get(path, params=query)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        value: Json = answer.json()
        return value

    async def interactions(self, **query: str | int) -> list[Json]:
        """The newest interactions first; filters as the API has them."""
        items: list[Json] = (await self.get("/interactions", **query))["items"]
        return items

    async def interaction_of(self, caller: str, limit_s: float = 15, *, ended: bool = True) -> Json:
        """The newest interaction of a caller's number in this run, when it is there (and has ended)."""

        async def found() -> Json | None:
            for item in await self.interactions(limit=50, q=caller, **{"from": self.since}):
                if item["caller"].endswith(caller) and (item["ended_at"] or not ended):
                    return item
            return None

        return await wait_until(found, limit_s, f"an interaction of {caller}")

    async def decisions(self, interaction: str) -> list[Json]:
        """Why the interaction went where it went."""
        items: list[Json] = (await self.get(f"/interactions/{interaction}/decisions"))["items"]
        return items

    async def live(self) -> Json:
        """The snapshot of the live page."""
        return await self.get("/live")

    async def live_agent(self, username: str) -> Json:
        """One agent in the snapshot."""
        wanted = self.users[username].extension
        agents: list[Json] = (await self.live())["agents"]
        return next(agent for agent in agents if agent["extension"] == wanted)

    async def recording(self, interaction: str, limit_s: float = 20) -> Path:
        """The recording as WAV, when it is there."""
        client = await self.api(self.by_role("admin")[0].username)

        async def fetched() -> bytes | None:
            answer = await client.get(f"/interactions/{interaction}/recording")
            return answer.content if answer.status_code == httpx.codes.OK else None

        content = await wait_until(fetched, limit_s, f"the recording of {interaction}")
        wav = self.scratch / f"{interaction}.wav"
        await asyncio.to_thread(wav.write_bytes, content)
        return wav

    async def set_state(self, username: str, state: str, reason: str | None = None) -> httpx.Response:
        """Change an agent's state as the agent."""
        body = {"state": state} | ({"reason": reason} if reason else {})
        answer = await (await self.api(username)).put("/agents/me/state", json=body)
        assert answer.is_success, answer.text
        return answer

    async def agent_in(self, username: str, *states: str, limit_s: float = 15) -> Json:
        """Wait until the live page shows the agent in one of the states."""

        async def there() -> Json | None:
            agent = await self.live_agent(username)
            return agent if agent["state"] in states else None

        return await wait_until(there, limit_s, f"{username} in {' or '.join(states)}")

    @asynccontextmanager
    async def agent_phone(
        self, extension: str, tone: float = 700, *, auto_answer: bool = True, transport: str = "udp"
    ) -> AsyncIterator[Softphone]:
        """The agent's SIP phone, registered with the user's own credentials."""
        user = self.by_extension(extension)
        assert user.sip_username
        account = SipAccount(
            user=user.sip_username,
            host="127.0.0.1",
            port=self.sip_port,
            password=user.sip_password,
            transport=transport,
            auto_answer=auto_answer,
        )
        async with phone(self._folder(f"agent-{extension}"), account, tone) as device:
            yield device

    @asynccontextmanager
    async def caller(
        self, caller: str, keys: str = "", *, tone: float | Path = 440, number: str | None = None, after_s: float = 1
    ) -> AsyncIterator[Softphone]:
        """A customer whose call has been answered by the flow and who has pressed the keys; hangs up at the end."""
        account = SipAccount(user=caller, host="127.0.0.1", port=self.sip_port)
        async with phone(self._folder(f"caller-{caller}"), account, tone) as device:
            await device.dial(number or self.number)
            await device.wait("CALL_ESTABLISHED", limit_s=20)
            if keys:
                await asyncio.sleep(after_s)
                await device.press(keys)
            yield device

    @asynccontextmanager
    async def working(self, username: str, tone: float = 700, *, auto_answer: bool = True) -> AsyncIterator[Softphone]:
        """An agent on a SIP phone who is ready; at the end wrap-up is finished and the agent offline."""
        extension = self.users[username].extension
        assert extension
        async with self.agent_phone(extension, tone, auto_answer=auto_answer) as device:
            await self.set_state(username, "ready")
            # A caller who waits comes to them at once.
            await self.agent_in(username, "ready", "reserved", "ringing", "talking")
            try:
                yield device
            finally:
                await self.at_rest(username)

    async def at_rest(self, username: str) -> None:
        """Wait for the end of the agent's call, finish wrap-up, and leave."""
        agent = await self.agent_in(username, "offline", "ready", "not_ready", "break", "wrap_up")
        client = await self.api(username)
        if agent["state"] == "wrap_up":
            await client.post("/agents/me/wrap-up", json={"action": "finish"})
        await self.set_state(username, "offline")

    async def contact_at(self, caller: str, *stages: str, limit_s: float = 20) -> Json:
        """Wait until the live page shows the caller at one of the stages."""

        async def there() -> Json | None:
            contacts: list[Json] = (await self.live())["contacts"]
            for contact in contacts:
                if str(contact["caller"]).endswith(caller) and contact["stage"] in stages:
                    return contact
            return None

        return await wait_until(there, limit_s, f"{caller} at {' or '.join(stages)}")

    async def history(self, caller: str, most: int = 2000) -> list[Json]:
        """All interactions of this run whose caller's number begins so, newest first."""
        found: list[Json] = []
        cursor = None
        while len(found) < most:
            query: dict[str, Any] = {"limit": 200, "from": self.since}
            if cursor:
                query["cursor"] = cursor
            page = await self.get("/interactions", **query)
            found += [item for item in page["items"] if item["caller"].startswith(caller)]
            if not (cursor := page["next"]):
                break
        return found

    @asynccontextmanager
    async def queue_set(self, name: str, **changes: object) -> AsyncIterator[Json]:
        """A queue with another set-up, for a while."""
        client = await self.api(self.by_role("admin")[0].username)
        queue = next(queue for queue in (await self.get("/queues"))["items"] if queue["name"] == name)
        body = {key: value for key, value in queue.items() if key != "id"}
        answer = await client.put(f"/queues/{queue['id']}", json=body | changes)
        assert answer.is_success, answer.text
        try:
            yield queue
        finally:
            await client.put(f"/queues/{queue['id']}", json=body)

    async def number_to_queue(self, number: str, queue: str) -> None:
        """A number whose calls go straight into a queue, without a prompt or a key."""
        client = await self.api(self.by_role("admin")[0].username)
        wanted = next(found["id"] for found in (await self.get("/queues"))["items"] if found["name"] == queue)
        definition = {"name": f"{queue} {number}", "start": "in", "nodes": {"in": {"kind": "queue", "queue": wanted}}}
        known = {found["number"]: found for found in (await self.get("/numbers"))["items"]}
        if number not in known:
            flow = await client.post("/flows", json={"name": definition["name"], "definition": definition})
            assert flow.is_success, flow.text
            answer = await client.post("/numbers", json={"number": number, "flow_id": flow.json()["id"]})
            assert answer.is_success, answer.text
            await asyncio.sleep(1)

    async def switch_legs(self) -> list[Json]:
        """The channels that Asterisk itself has."""
        secrets = json.loads((self.home / "secrets.json").read_text())
        port = json.loads((self.home / "ports.json").read_text())["chosen"]["ari"]
        async with httpx.AsyncClient(auth=("yingda", secrets["ari_password"]), trust_env=False) as client:
            legs: list[Json] = (await client.get(f"http://127.0.0.1:{port}/ari/channels")).json()
        return legs

    async def metric(self, name: str) -> float:
        """The sum of a metric over all its labels; 0 where it has never been counted."""
        async with httpx.AsyncClient(trust_env=False) as client:
            text = (await client.get(f"{self.url}/metrics")).text
        lines = [line for line in text.splitlines() if line.startswith((f"{name}{{", f"{name} "))]
        return sum(float(line.rpartition(" ")[2]) for line in lines)

    async def status(self) -> Json:
        """``./yingda status --json``; it may say that something is not healthy."""
        _, output = await run_yingda(self.environment, "status", "--json", limit_s=20)
        value: Json = json.loads(output)
        return value

    async def pid(self, name: str) -> int:
        """The process id of web, switch, worker, asterisk or postgres."""
        processes = (await self.status())["processes"]
        return int(next(process["pid"] for process in processes if process["name"] == name))

    async def kill(self, name: str, force: signal.Signals = signal.SIGKILL) -> int:
        """Kill one process of the system; its former id."""
        pid = await self.pid(name)
        os.kill(pid, force)
        return pid

    async def back(self, name: str, former: int, limit_s: float = 15) -> float:
        """Wait until a killed process runs again and all is healthy; the seconds it took."""
        begun = time.monotonic()

        async def there() -> bool:
            status = await self.status()
            return bool(status["healthy"]) and any(
                process["name"] == name and process["pid"] != former for process in status["processes"]
            )

        await wait_until(there, limit_s, f"{name} after its end")
        return time.monotonic() - begun

    async def close(self) -> None:
        """Close the clients."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    def _folder(self, name: str) -> Path:
        self._phones += 1
        return self.scratch / f"{self._phones:04d}-{name}"


async def wait_until(condition: Callable[[], Awaitable[Value | None]], limit_s: float, what: str) -> Value:
    """The first value of the condition that is true; raises AssertionError that says what was waited for."""
    end = time.monotonic() + limit_s
    while True:
        value = await condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {limit_s} s: {what}")
        await asyncio.sleep(0.1)


async def run_yingda(environment: dict[str, str], *words: str, limit_s: float) -> tuple[int, str]:
    """Run the command; its exit code and what it wrote on standard output. Its complaints go to our own."""
    process = await asyncio.create_subprocess_exec(
        str(ROOT / "yingda"),
        *words,
        cwd=ROOT,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(limit_s):
        output, _ = await process.communicate()
    return process.returncode or 0, output.decode(errors="replace")
