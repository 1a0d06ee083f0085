"""Which web apps may call from a browser: those that ``KAIRAN_CORS_ORIGINS`` names, else none."""

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

# Two hours, the most that browsers keep the answer to a preflight.
_SECONDS = 7200


def middleware(origins: tuple[str, ...]) -> list[Middleware]:
    """Nothing without origins: a browser then lets only our own pages read an answer.

    No credentials are allowed: there are no cookies, and the token goes in a header, which a page
    cannot send to us unless its origin is named here.
    """
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["X-Request-Id", "Retry-After"],
            max_age=_SECONDS,
        )
    ]
