"""How many requests one person and one address may send."""

from datetime import datetime

from db.entering import Caller
from db.rates import PostgresStorage
from resolvers.rates import admit, tally_of
from server.settings.settings import Settings


class Throttle:
    """Counts requests before anything is read of them.

    A person is counted by who the token says he is, wherever he asks from; an address whether or
    not anybody is signed in, and by far more: many may share it.
    """

    def __init__(self, settings: Settings, storage: PostgresStorage) -> None:
        self._person = tally_of(storage, "requests/person", settings.rate_requests)
        self._address = tally_of(storage, "requests/address", settings.rate_requests_address)

    async def admit_address(self, address: str, at: datetime) -> None:
        """Count a request of ``address``; raises KairanError RATE_LIMITED."""
        await admit(self._address, address, at)

    async def admit(self, caller: Caller, at: datetime) -> None:
        """Count a request of whoever is signed in; raises KairanError RATE_LIMITED."""
        if caller.person is not None:
            await admit(self._person, str(caller.person), at)
