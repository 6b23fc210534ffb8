"""Phones and trunks that the switch has to know: pushed when they change, and all of them after its restart."""

import asyncio
from uuid import UUID

import structlog

from yingda.app.switching.config import TenantConfig
from yingda.telephony.switch import Phone, Switch, SwitchError, SwitchUnavailable, TrunkSpec

log = structlog.get_logger()

Device = Phone | TrunkSpec


class Devices:
    """What should be known against what was pushed."""

    def __init__(self, switch: Switch) -> None:
        self._switch = switch
        self._wanted: dict[UUID, dict[str, Device]] = {}
        self._pushed: dict[str, Device] = {}
        self._wake = asyncio.Event()

    def set_up(self, config: TenantConfig) -> None:
        """A tenant's devices as they are to be."""
        devices: list[Device] = [*config.phones, *config.trunks]
        self._wanted[config.setup.id] = {device.endpoint: device for device in devices}
        self._wake.set()

    async def connected(self, restarted: bool) -> None:
        """The switch is there; a new process of it knows nothing yet, and has to before calls are taken."""
        if restarted:
            self._pushed.clear()
            await self._push()
        self._wake.set()

    async def run(self) -> None:
        """Pushes what differs, for as long as the process lives."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if not await self._push():
                await asyncio.sleep(1)
                self._wake.set()

    async def _push(self) -> bool:
        wanted = {endpoint: device for devices in self._wanted.values() for endpoint, device in devices.items()}
        try:
            for endpoint in self._pushed.keys() - wanted.keys():
                await self._remove(self._pushed[endpoint])
                del self._pushed[endpoint]
            for endpoint, device in wanted.items():
                if self._pushed.get(endpoint) != device:
                    await self._put(device)
                    self._pushed[endpoint] = device
        except SwitchUnavailable:
            return False
        return True

    async def _put(self, device: Device) -> None:
        try:
            if isinstance(device, Phone):
                await self._switch.put_phone(device)
            else:
                await self._switch.put_trunk(device)
        except SwitchUnavailable:
            raise
        except SwitchError as error:
            log.error("device refused by the switch", endpoint=device.endpoint, error=str(error))

    async def _remove(self, device: Device) -> None:
        try:
            if isinstance(device, Phone):
                await self._switch.remove_phone(device.endpoint)
            else:
                await self._switch.remove_trunk(device.endpoint)
        except SwitchUnavailable:
            raise
        except SwitchError as error:
            log.warning("device not removed", endpoint=device.endpoint, error=str(error))
