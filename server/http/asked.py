"""A request as HTTP brought it: what this server looks at of it, and each header found at once."""

from starlette.datastructures import State
from starlette.types import Receive, Scope


class Asked:
    """One HTTP request. Names of headers are bytes in small letters, as ASGI has them.

    Starlette's own looks through all headers for each one that is asked for.
    """

    __slots__ = ("_by_name", "_pairs", "method", "receive", "scope", "state")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.method: str = scope["method"]
        # What the composition root wired (server/app.py).
        self.state: State = scope["app"].state
        self._pairs: list[tuple[bytes, bytes]] = scope["headers"]
        self._by_name = dict(self._pairs)

    @property
    def request_id(self) -> str:
        """Its name, in our log and in the header of its answer."""
        name: str = self.scope["state"]["request_id"]
        return name

    def header(self, name: bytes) -> str | None:
        """The header of that name, of several the first; None where there is none."""
        return self.headers(name)[0] if name in self._by_name else None

    def headers(self, name: bytes) -> list[str]:
        """The values of all headers of that name, in their order."""
        value = self._by_name.get(name)
        if value is None:
            return []
        if len(self._by_name) == len(self._pairs):
            return [value.decode("latin-1")]
        return [value.decode("latin-1") for each, value in self._pairs if each == name]
