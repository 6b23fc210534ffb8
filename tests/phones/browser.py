"""Agents in a real Chromium: a fake microphone that plays a tone, and the desk worked by accessible names."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from tests.phones.tones import make_tone
from yingda.native import programs

SIZE = {"width": 1366, "height": 768}
FLAGS = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
# The desk's words, Chinese first: what a person who hears the page read aloud would hear.
TENANT = re.compile(r"企业|租户|Tenant|Company", re.I)
USERNAME = re.compile(r"用户名|账号|Username|User name", re.I)
PASSWORD = re.compile(r"^(密码|Password)", re.I)
SIGN_IN = re.compile(r"^(登\s*录|Sign in)$", re.I)
STATE = re.compile(r"^(状态|State)", re.I)
READY = re.compile(r"^(示闲|Ready)", re.I)
NOT_READY = re.compile(r"^(示忙|Not ready)", re.I)
ANSWER = re.compile(r"^(接听|Answer)", re.I)
HANG_UP = re.compile(r"^(挂断|Hang up)", re.I)
HOLD = re.compile(r"^(保持|Hold)", re.I)
RESUME = re.compile(r"^(取消保持|Resume)", re.I)
MUTE = re.compile(r"^(取消静音|静音|Mute|Unmute)", re.I)
SAVE = re.compile(r"^(保存|Save)", re.I)


@dataclass(slots=True)
class Desk:
    """One agent's browser. ``console`` collects warnings and errors of the page."""

    page: Page
    url: str
    console: list[str] = field(default_factory=list)

    async def sign_in(self, tenant: str, username: str, password: str, limit_s: float = 20) -> None:
        """Sign in and wait until the sign-in form has gone."""
        await self.page.goto(self.url)
        company = self.page.get_by_label(TENANT)
        if await company.count():
            await company.first.fill(tenant)
        await self.page.get_by_label(USERNAME).first.fill(username)
        await self.page.get_by_label(PASSWORD).first.fill(password)
        await self.button(SIGN_IN).click()
        await expect(self.page.get_by_label(PASSWORD)).to_have_count(0, timeout=limit_s * 1000)

    def button(self, name: re.Pattern[str] | str) -> Locator:
        """The first button of that name."""
        return self.page.get_by_role("button", name=name).first

    async def choose_state(self, name: re.Pattern[str]) -> None:
        """Open the menu of states and take one."""
        await self.button(STATE).click()
        await self.page.get_by_role("menuitem", name=name).first.click()

    async def ready(self) -> None:
        """Choose ready."""
        await self.choose_state(READY)

    async def not_ready(self) -> None:
        """Choose not ready."""
        await self.choose_state(NOT_READY)

    async def answer(self, limit_s: float = 20) -> None:
        """Wait for the ringing call and answer it."""
        await self.button(ANSWER).click(timeout=limit_s * 1000)

    async def hang_up(self) -> None:
        """End the call."""
        await self.button(HANG_UP).click()

    async def hold(self) -> None:
        """Put the customer on hold."""
        await self.button(HOLD).click()

    async def resume(self) -> None:
        """Take the customer back."""
        await self.button(RESUME).click()

    async def mute(self) -> None:
        """Toggle the microphone."""
        await self.button(MUTE).click()

    async def shot(self, path: Path) -> Path:
        """A screenshot of the window as the agent sees it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=path)
        return path


@asynccontextmanager
async def chromium(tone: float | Path, folder: Path) -> AsyncIterator[Browser]:
    """A browser whose microphone plays the tone (Hz, or a WAV of 48 kHz), looped."""
    microphone = _microphone(tone, folder)
    program = programs.chromium()
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=str(program.path),
            env={**os.environ, **program.env},
            headless=True,
            args=[*FLAGS, f"--use-file-for-fake-audio-capture={microphone}"],
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def desk(browser: Browser, url: str, language: str = "zh-CN") -> AsyncIterator[Desk]:
    """A fresh window of 1366 × 768, with the microphone allowed."""
    context: BrowserContext = await browser.new_context(
        viewport=SIZE,  # type: ignore[arg-type]  # playwright's own TypedDict
        locale=language,
        timezone_id="Asia/Shanghai",
        permissions=["microphone", "notifications"],
        ignore_https_errors=True,
    )
    try:
        opened = Desk(await context.new_page(), url)
        opened.page.on(
            "console",
            lambda message: (
                opened.console.append(f"{message.text} {message.location['url']}")
                if message.type in ("error", "warning")
                else None
            ),
        )
        opened.page.on("pageerror", lambda error: opened.console.append(f"uncaught: {error}"))
        yield opened
    finally:
        await context.close()


def _microphone(tone: float | Path, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    # A whole number of periods, so that the loop does not click.
    return tone if isinstance(tone, Path) else make_tone(folder / "microphone.wav", tone, seconds=10, rate=48000)
