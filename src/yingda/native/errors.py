"""Errors of the native tree and of the supervisor; the ids are printed by ``./yingda`` and are stable."""

from yingda.kit.errors import YingdaError


class NativeError(YingdaError):
    """A native program cannot be had or started."""

    id = "native"
    status = 503
    title = "A native program is not available"


class NoApt(NativeError):
    """The machine has no apt-get or dpkg-deb."""

    id = "no_apt"
    title = "apt-get and dpkg-deb are needed to fetch the native programs"


class NoMirror(NativeError):
    """No address of a Debian mirror is known."""

    id = "no_mirror"
    title = "No Debian mirror is known"


class NoKeyring(NativeError):
    """The keys of the Debian archive are not on this machine."""

    id = "no_keyring"
    title = "The keys of the Debian archive are missing"


class NoNetwork(NativeError):
    """The mirror does not answer."""

    id = "no_network"
    title = "The Debian mirror cannot be reached"


class BadSignature(NativeError):
    """The mirror's index is not signed by a key that this machine trusts."""

    id = "bad_signature"
    title = "The signature of the Debian mirror is not valid"


class PackageCorrupt(NativeError):
    """A package does not have the content that the signed index names, even after a second download."""

    id = "package_corrupt"
    title = "A downloaded package is damaged"


class WrongMajor(NativeError):
    """The mirror offers another major version than the manifest asks for."""

    id = "native_major"
    title = "The mirror does not offer the version that is needed"


class DiskFull(NativeError):
    """There is no room."""

    id = "disk_full"
    title = "The disk is full"


class AptFailed(NativeError):
    """apt-get or dpkg-deb failed in a way that has no id of its own."""

    id = "apt_failed"
    title = "apt-get failed"


class ProgramMissing(NativeError):
    """Neither the tree nor the machine has a program."""

    id = "program_missing"
    title = "A program is missing"


class LockHeld(NativeError):
    """Another process does the same work at this moment."""

    id = "lock_held"
    title = "Another process is at work here"


class ProcessFailed(NativeError):
    """A process of the supervisor did not become healthy."""

    id = "process_failed"
    title = "A process did not start"


class BadPort(NativeError):
    """A port in the environment is none."""

    id = "bad_port"
    title = "A port is not a number"


class NoFreePort(NativeError):
    """Neither the wished port nor any of the next is free."""

    id = "no_free_port"
    title = "All ports are taken"
