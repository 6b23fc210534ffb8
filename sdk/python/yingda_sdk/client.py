"""The client."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal
from urllib.parse import quote

import httpx

from yingda_sdk.errors import Refused, Unreachable
from yingda_sdk.shapes import Decision, Interaction, LiveState, User

State = Literal["ready", "not_ready", "break", "offline"]


class Client:
    """One connection pool to one server, for one person or key; not to be shared between threads."""

    def __init__(
        self, url: str, *, token: str | None = None, timeout: float = 10.0, transport: httpx.BaseTransport | None = None
    ) -> None:
        """``url``: of the server, without a path; ``token``: of a session or a key; ``timeout``: seconds."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=url.rstrip("/") + "/api/v1", headers=headers, timeout=timeout, transport=transport
        )

    @classmethod
    def sign_in(cls, url: str, tenant: str, username: str, password: str, *, timeout: float = 10.0) -> "Client":
        """A client of a person. Raises :class:`Refused`: ``wrong_credentials``, ``locked_out``."""
        client = cls(url, timeout=timeout)
        given = {"tenant": tenant, "username": username, "password": password}
        try:
            token = client.request("POST", "/sessions", json=given)["token"]
        except BaseException:
            client.close()
            raise
        client._http.headers["Authorization"] = f"Bearer {token}"
        return client

    def sign_out(self) -> None:
        """Ends the session."""
        self.request("DELETE", "/sessions/current")

    def me(self) -> User:
        """Who is signed in."""
        return User.read(self.request("GET", "/me"))

    def interactions(
        self, *, since: datetime | None = None, until: datetime | None = None, page_size: int = 100, **filters: str
    ) -> Iterator[Interaction]:
        """Contacts, newest first, fetched page by page while one iterates.

        ``since``, ``until``: aware; ``filters``: ``queue``, ``agent``, ``outcome``, ``direction``,
        ``number``, ``q`` (digits of the caller), ``business_type``.
        """
        query: dict[str, Any] = {"limit": page_size, **filters}
        for name, moment in (("from", since), ("to", until)):
            if moment is not None:
                query[name] = _aware(moment).isoformat()
        while True:
            page = self.request("GET", "/interactions", params=query)
            yield from map(Interaction.read, page["items"])
            if page["next"] is None:
                return
            query["cursor"] = page["next"]

    def interaction(self, interaction_id: str) -> Interaction:
        """One contact; its segments and form are in ``raw``."""
        return Interaction.read(self.request("GET", _path("interactions", interaction_id)))

    def decisions(self, interaction_id: str) -> list[Decision]:
        """Why a contact went where it went, in order."""
        found = self.request("GET", _path("interactions", interaction_id, "decisions"))
        return [Decision.read(item) for item in found["items"]]

    def download_recording(self, interaction_id: str, to: str | Path) -> int:
        """Writes the recording (WAV, two channels: customer left, agent right) into a file; its size in bytes.

        Raises :class:`Refused` with the status 404 where nothing was recorded. A download that breaks off
        leaves no file.
        """
        target = Path(to)
        part = target.with_name(target.name + ".part")
        try:
            with (
                self._http.stream("GET", _path("interactions", interaction_id, "recording")) as answer,
                part.open("wb") as stream,
            ):
                if answer.is_error:
                    answer.read()
                    raise _refusal(answer)
                for piece in answer.iter_bytes():
                    stream.write(piece)
            size = part.stat().st_size
            part.replace(target)
        except httpx.TransportError as error:
            raise Unreachable(str(error)) from error
        finally:
            part.unlink(missing_ok=True)
        return size

    def live(self) -> LiveState:
        """What goes on now."""
        return LiveState.read(self.request("GET", "/live"))

    def set_state(self, state: State, reason: str | None = None) -> None:
        """The signed-in agent's state; a break needs the name of a break reason."""
        given = {"state": state} if reason is None else {"state": state, "reason": reason}
        self.request("PUT", "/agents/me/state", json=given)

    def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json: Any | None = None
    ) -> Any:
        """Any other call below ``/api/v1``; the JSON of the answer, None where there is none.

        Raises :class:`Refused`, :class:`Unreachable`.
        """
        try:
            answer = self._http.request(method, path, params=params, json=json)
        except httpx.TransportError as error:
            raise Unreachable(str(error)) from error
        if answer.is_error:
            raise _refusal(answer)
        return answer.json() if answer.content else None

    def close(self) -> None:
        """Closes the connections; a session stays open until :meth:`sign_out`."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _path(*parts: str) -> str:
    return "".join("/" + quote(part, safe="") for part in parts)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("The time needs a time zone.")
    return moment


def _refusal(answer: httpx.Response) -> Refused:
    """A proxy in between may answer something else than a problem document."""
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return Refused(answer.status_code, "unknown", answer.reason_phrase, {})
    known = {"type", "title", "status", "detail", "id"}
    extra = {name: value for name, value in problem.items() if name not in known}
    return Refused(answer.status_code, problem.get("id", "unknown"), problem.get("detail", ""), extra)
