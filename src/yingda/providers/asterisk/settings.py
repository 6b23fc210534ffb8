"""Where one Asterisk lives and listens."""

from dataclasses import dataclass, field
from pathlib import Path

from yingda.providers.asterisk.ari import AriAddress
from yingda.providers.asterisk.control import ControlAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskSettings:
    """Where one Asterisk lives and listens.

    ``run_dir`` holds a Unix socket, so its path must stay below some 90 characters. ``share_dir``
    is the folder with Asterisk's ``documentation`` (its configuration parser needs it),
    ``apology`` a sound (path without ending) that is played before a call is refused because we
    stayed away; ``certificate`` and ``certificate_key`` are PEM files for SIP over TLS, which listens on
    ``sip_port + 1``; ``public_address`` is what phones outside the local networks must send media to.
    """

    etc_dir: Path
    run_dir: Path
    log_dir: Path
    spool_dir: Path
    data_dir: Path
    modules_dir: Path
    share_dir: Path
    sounds_dir: Path
    music_dir: Path
    ari_password: str
    ami_password: str
    sip_port: int = 5060
    http_port: int = 8088
    ami_port: int = 5038
    rtp_first: int = 10000
    rtp_last: int = 20000
    ari_user: str = "yingda"
    ami_user: str = "yingda"
    sip_address: str = "0.0.0.0"  # noqa: S104  phones and trunks come from anywhere
    control_address: str = "127.0.0.1"
    public_address: str = ""
    local_networks: tuple[str, ...] = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8")
    apology: Path | None = None
    certificate: Path | None = None
    certificate_key: Path | None = None
    session_limit: int = 10000
    fallback_tries: int = 30
    extra_modules: tuple[str, ...] = field(default=())

    @property
    def main_file(self) -> Path:
        """The file that Asterisk is started with (``-C``)."""
        return self.etc_dir / "asterisk.conf"

    @property
    def control(self) -> ControlAddress:
        """Where and as whom the switch is controlled."""
        return ControlAddress(
            ari=AriAddress(self.ari_url, self.ari_user, self.ari_password),
            ami_host=self.control_address,
            ami_port=self.ami_port,
            ami_user=self.ami_user,
            ami_password=self.ami_password,
        )

    @property
    def ari_url(self) -> str:
        """The address of the control connection, without ending slash."""
        return f"http://{self.control_address}:{self.http_port}/ari"

    @property
    def sip_websocket_url(self) -> str:
        """Where browsers' SIP is proxied to."""
        return f"ws://{self.control_address}:{self.http_port}/ws"
