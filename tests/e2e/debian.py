"""Programs of Debian packages that tests run without installing them (tests/unpack_packages)."""
import os
import shutil
import socket

from services import ROOT

UNPACKED = ROOT / ".build" / "debian" / "root"


def program(name):
    """The path of a program: the installed one, or the one that was unpacked."""
    folders = [f"{root}{folder}" for root in ("", str(UNPACKED))
               for folder in ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")]
    path = shutil.which(name, path=os.pathsep.join(folders))
    if path is None:
        raise RuntimeError(f"there is no {name}: run tests/unpack_packages")
    return path


def free_port():
    """A port of loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
