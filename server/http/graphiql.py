"""GraphiQL from files of our own: nothing is loaded from anybody else's server."""

import hashlib
import html
import json
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from db.demo.sign_ins import PASSWORD, SIGN_INS
from server.http.negotiation import GRAPHQL, JSON, accepted
from server.settings.settings import Settings

FOLDER = Path(__file__).parent / "static" / "graphiql"
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
TEMPLATE = Template((FOLDER / "index.html").read_text(encoding="utf-8"))
ASSETS = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.suffix in KINDS}
# In the path, so that browsers may keep the files for ever and still see the next release's.
VERSION = hashlib.sha256(b"".join(ASSETS.values())).hexdigest()[:12]
PREFIX = f"/graphql/assets/{VERSION}"

# The one style that GraphiQL writes into the page: it stops a page behind a dialog from scrolling.
SCROLL_LOCK = "'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='"
PAGE_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; script-src 'self'; style-src 'self' {SCROLL_LOCK};"
        " img-src 'self' data:; font-src 'self' data:; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
}
ASSET_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


def wanted(request: Request) -> bool:
    """Whether a GET of /graphql is a browser's: HTML named, and liked better than an answer.

    `*/*` names nothing: curl and GraphQL clients send it and want an answer.
    """
    weights = accepted(request.headers.getlist("accept")) or {}
    best_answer = max(weights.get(kind, 0.0) for kind in (GRAPHQL, JSON))
    return "query" not in request.query_params and weights.get("text/html", 0.0) > best_answer


def page(request: Request) -> Response:
    """The page; on the demo city it offers the demo sign-ins. Reads `app.state.settings`."""
    settings: Settings = request.app.state.settings
    shown = {entry.login: entry.word for entry in SIGN_INS} if settings.demo else {}
    password = PASSWORD if settings.demo else ""
    body = TEMPLATE.substitute(
        assets=PREFIX,
        sign_ins=html.escape(json.dumps(shown), quote=True),
        password=html.escape(password, quote=True),
    )
    return HTMLResponse(body, headers=PAGE_HEADERS)


def static_routes() -> list[BaseRoute]:
    """The route of the files that the page loads."""
    return [Route(PREFIX + "/{name}", asset)]


async def asset(request: Request) -> Response:
    """One file, from memory."""
    name = request.path_params["name"]
    content = ASSETS.get(name)
    if content is None:
        return PlainTextResponse("no such file", 404, headers={"Cache-Control": "no-store"})
    return Response(content, media_type=KINDS[Path(name).suffix], headers=ASSET_HEADERS)
