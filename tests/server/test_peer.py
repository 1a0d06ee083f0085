"""Whose request it is: the socket's peer, unless a proxy that the operator named tells better."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from server.http.asked import Asked
from server.http.peer import Peers, block_of
from server.settings.setting import SettingsError
from server.settings.settings import Settings


async def _nothing() -> Message:
    raise AssertionError("nobody reads the body")


def seen(peer: str | None, *forwarded: str, proxies: str = "") -> str:
    """The client's address as we take it; every ``forwarded`` is a header of its own."""
    chosen = Settings.from_environ({"KAIRAN_TRUSTED_PROXIES": proxies})
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "headers": [(b"x-forwarded-for", value.encode()) for value in forwarded],
        "client": None if peer is None else (peer, 4711),
        "app": Starlette(),
    }
    return Peers(chosen.trusted_proxies).client_of(Asked(scope, _nothing))


def test_a_client_cannot_choose_its_own_address() -> None:
    assert seen("203.0.113.7", "198.51.100.1") == "203.0.113.7"
    assert seen("127.0.0.1", "198.51.100.1") == "127.0.0.1"
    assert seen("203.0.113.7", "198.51.100.1", proxies="10.0.0.0/8") == "203.0.113.7"


def test_behind_a_trusted_proxy_it_is_whom_the_proxy_heard() -> None:
    assert seen("10.0.0.5", "203.0.113.7", proxies="10.0.0.5") == "203.0.113.7"
    assert seen("10.0.0.5", "203.0.113.7", proxies="10.0.0.0/8, 192.0.2.1") == "203.0.113.7"
    assert seen("10.0.0.5", proxies="10.0.0.5") == "10.0.0.5"
    assert seen("10.0.0.5", "", proxies="10.0.0.5") == "10.0.0.5"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        # The client wrote the first, the outer proxy the second.
        (["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        (["198.51.100.1, 203.0.113.7, 10.1.1.1"], "203.0.113.7"),
        (["198.51.100.1", "203.0.113.7", "10.1.1.1"], "203.0.113.7"),
        # A request of the proxies' own network.
        (["10.2.2.2, 10.1.1.1"], "10.2.2.2"),
        # No proxy of ours writes these: what is left of them was invented.
        (["203.0.113.7, nonsense, 10.1.1.1"], "10.1.1.1"),
        (["203.0.113.7, , 10.1.1.1"], "10.1.1.1"),
        (["nonsense"], "10.0.0.5"),
        (["' or 1=1"], "10.0.0.5"),
        (["203.0.113.7:4711"], "203.0.113.7"),
    ],
)
def test_of_several_hops_the_last_that_is_no_proxy_of_ours_counts(
    forwarded: list[str], client: str
) -> None:
    assert seen("10.0.0.5", *forwarded, proxies="10.0.0.0/8") == client


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("2001:db8:1::7", "2001:db8:1::7"),
        ("2001:0DB8:0001:0:0:0:0:7", "2001:db8:1::7"),
        ("[2001:db8:1::7]", "2001:db8:1::7"),
        ("[2001:db8:1::7]:4711", "2001:db8:1::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_an_address_of_ipv6_has_one_form(forwarded: str, client: str) -> None:
    assert seen("2001:db8::5", forwarded, proxies="2001:db8::/64") == client


def test_a_proxy_is_known_in_either_form_of_its_address() -> None:
    assert seen("::ffff:10.0.0.5", "203.0.113.7", proxies="10.0.0.5") == "203.0.113.7"
    assert seen("::ffff:203.0.113.7") == "203.0.113.7"


def test_without_an_address_the_client_is_unknown() -> None:
    assert seen(None, "203.0.113.7", proxies="0.0.0.0/0,::/0") == "unknown"
    assert seen("/run/proxy.sock", "203.0.113.7", proxies="0.0.0.0/0") == "unknown"


def test_all_addresses_of_one_ipv6_network_count_as_one() -> None:
    assert block_of("2001:db8:1:2::7") == block_of("2001:db8:1:2:ffff::") == "2001:db8:1:2::/64"
    assert block_of("2001:db8:1:3::7") == "2001:db8:1:3::/64"
    assert block_of("203.0.113.7") == "203.0.113.7"
    assert block_of("unknown") == "unknown"


@pytest.mark.parametrize("value", ["proxy.example", "10.0.0.1/8", "*", "10.0.0.0/8,", ","])
def test_a_proxy_is_named_by_its_address(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({"KAIRAN_TRUSTED_PROXIES": value})
    assert str(caught.value) == (
        f"KAIRAN_TRUSTED_PROXIES is '{value}': give addresses or networks separated by commas,"
        " such as 10.0.0.0/8,2001:db8::7"
    )
