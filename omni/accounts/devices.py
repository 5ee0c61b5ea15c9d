"""What is remembered of a device, so that its owner knows it again: browser, system, part of its address."""

import ipaddress
from dataclasses import dataclass

# The first mark that is found decides: others claim to be Chrome or Safari as well.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """A browser on a machine, and the network it came from."""

    label: str = ""
    ip_prefix: str = ""


def device_of(agent: str, address: str) -> Device:
    """What is kept of a request's User-Agent and address."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return Device(" · ".join(filter(None, (browser, system))), prefix_of(address))


def prefix_of(address: str) -> str:
    """The network of an address: /24 of IPv4, /48 of IPv6; nothing when it is no address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
