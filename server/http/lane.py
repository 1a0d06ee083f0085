"""The short way to the API: past what only other paths need, and errors that leave an endpoint."""

from starlette.types import ASGIApp, Receive, Scope, Send

from server.http.asked import Asked
from server.http.endpoint import PATH, answered


class Lane:
    """ASGI middleware around the routes: a POST to the API goes to its endpoint at once.

    Matching routes, and making ready for exceptions that the endpoint never raises, cost a tenth of
    a small request. Everything else goes on to the routes, GETs for GraphiQL among it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        response = await answered(Asked(scope, receive))
        await response(scope, receive, send)
