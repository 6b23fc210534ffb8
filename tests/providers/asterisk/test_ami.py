"""The AMI client against a server that dies and comes back."""

import asyncio

import pytest

from yingda.providers.asterisk.ami import Ami, AmiDown


class Manager:
    """Answers every action with success; ``deaf`` ends the connection at the next action that is no login."""

    def __init__(self) -> None:
        self.actions: list[str] = []
        self.deaf = 0
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager\r\n")
        while head := await reader.readline():
            fields = {"Action": head.split(b": ")[1].strip().decode()}
            while line := (await reader.readline()).strip():
                name, _, value = line.decode().partition(": ")
                fields[name] = value
            if fields["Action"] != "Login" and self.deaf:
                self.deaf -= 1
                writer.transport.abort()
                return
            self.actions.append(fields["Action"])
            writer.write(f"Response: Success\r\nActionID: {fields['ActionID']}\r\n\r\n".encode())
        writer.close()


async def test_a_connection_that_died_unnoticed_is_opened_again() -> None:
    manager = Manager()
    server = await asyncio.start_server(manager.serve, "127.0.0.1", 0)
    async with server:
        ami = Ami("127.0.0.1", server.sockets[0].getsockname()[1], "yingda", "secret")
        await ami.act("Ping", {})
        manager.deaf = 1
        await ami.act("MixMonitor", {"Channel": "a"})
        assert manager.actions == ["Login", "Ping", "Login", "MixMonitor"]
        manager.deaf = 2
        with pytest.raises(AmiDown):
            await ami.act("MixMonitor", {"Channel": "b"})
        await ami.close()
