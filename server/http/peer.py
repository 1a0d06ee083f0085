"""The address a request comes from: what rates are counted by. Nothing else may use it.

The peer of the socket is the client, unless it is a proxy that ``KAIRAN_TRUSTED_PROXIES`` names:
anybody can write ``X-Forwarded-For``, and whoever chose his own address could not be counted.
"""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from starlette.types import Scope

from server.http.asked import Asked

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

UNKNOWN = "unknown"
# What one household or one server gets of IPv6 (RFC 6177): all of its addresses count as one.
_BLOCK_V6 = 64


class Peers:
    """Whose requests come in, where these networks are our proxies'."""

    def __init__(self, trusted: tuple[Network, ...]) -> None:
        self._trusted = trusted
        # A connection has many requests, and a proxy many connections.
        self._known = lru_cache(1024)(self._looked_up)

    def client_of(self, asked: Asked) -> str:
        """The client's address, such as 203.0.113.7 or 2001:db8::1; :data:`UNKNOWN` without one.

        An IPv4 address in IPv6 clothes (::ffff:203.0.113.7) is given as IPv4, so that nobody is
        two.
        """
        peer, trusted = self._peer(asked.scope)
        if peer is None:
            return UNKNOWN
        if not trusted:
            return peer
        hops = ",".join(asked.headers(b"x-forwarded-for")).split(",")
        return _client(peer, hops, self._trusted)

    def trust(self, scope: Scope) -> bool:
        """Whether the peer of the socket is a proxy that we trust."""
        return bool(self._trusted) and self._peer(scope)[1]

    def _peer(self, scope: Scope) -> tuple[str | None, bool]:
        client = scope.get("client")
        return (None, False) if client is None else self._known(client[0])

    def _looked_up(self, host: str) -> tuple[str | None, bool]:
        address = _address(host)
        if address is None:
            return None, False
        return str(address), _among(address, self._trusted)


@lru_cache(1024)
def block_of(address: str) -> str:
    """What to count by: the address itself, of IPv6 the /64 that it is one of 2^64 in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, _BLOCK_V6), strict=False))


def _client(peer: str, hops: Iterable[str], trusted: tuple[Network, ...]) -> str:
    """The first hop from our end that is no proxy of ours: only those before it can be invented.

    Each proxy adds on the right whom it heard. What is no address ends the walk: a proxy of ours
    would not have written it.
    """
    nearest = peer
    for hop in reversed(list(hops)):
        address = _address(_without_port(hop.strip()))
        if address is None:
            break
        nearest = str(address)
        if not _among(address, trusted):
            break
    return nearest


def _among(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


@lru_cache(1024)
def _address(text: str) -> Address | None:
    try:
        # A zone (fe80::1%eth0) names an interface of ours and tells nothing of the client.
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _without_port(hop: str) -> str:
    """203.0.113.7:4711 and [2001:db8::1]:4711 without the port that some proxies add."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
