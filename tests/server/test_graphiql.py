"""GraphiQL: everything from our own server, nothing inline, nothing kept."""

import re
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from server.http import graphiql
from server.settings.settings import Settings

SETTINGS = Settings.from_environ({})
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def request(accept: str | None, query: str = "") -> Request:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    app = Starlette()
    app.state.settings = SETTINGS
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": "/graphql",
            "query_string": query.encode(),
            "headers": headers,
            "app": app,
        }
    )


def page(*, demo: bool) -> str:
    asked = request(BROWSER)
    asked.app.state.settings = replace(SETTINGS, demo=demo)
    return bytes(graphiql.page(asked).body).decode()


@pytest.mark.parametrize(
    ("accept", "query", "shown"),
    [
        (BROWSER, "", True),
        ("text/html", "", True),
        (BROWSER, "query=%7Bviewer%7Bkind%7D%7D", False),
        ("*/*", "", False),
        (None, "", False),
        ("application/json", "", False),
        ("application/graphql-response+json, application/json;q=0.9", "", False),
        ("application/json, text/html;q=0.5", "", False),
        ("application/json;q=0.5, text/html", "", True),
        ("text/html;q=0", "", False),
        ("text/html;q=nonsense", "", False),
    ],
)
def test_a_browser_gets_the_page_and_a_client_an_answer(
    accept: str | None, query: str, shown: bool
) -> None:
    assert graphiql.wanted(request(accept, query)) is shown


def test_the_page_runs_our_own_files_only_and_is_not_kept() -> None:
    headers = graphiql.page(request(BROWSER)).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'"
        " 'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc=';"
        " img-src 'self' data:; font-src 'self' data:; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def test_the_page_has_no_inline_script_or_style_and_names_no_other_server() -> None:
    body = page(demo=True)
    assert re.findall(r"<script(?![^>]* src=)", body) == []
    assert "<style" not in body
    assert " style=" not in body
    assert re.findall(r" on[a-z]+=", body) == []
    for name in ("kairan.js", "session.js", "examples.js", "kairan.css"):
        assert b"://" not in graphiql.ASSETS[name]
    assert "://" not in body


def test_no_file_of_ours_touches_storage_or_the_address_bar() -> None:
    script = b"".join(graphiql.ASSETS[name] for name in ("kairan.js", "session.js")).decode()
    assert "storage: forgetful," in script
    # Without the script, a form sends nothing that has no name: no password gets into the URL.
    assert re.findall(r"<(?:input|select|button)[^>]* name=", page(demo=True)) == []
    for word in ("localStorage", "sessionStorage", "document.cookie", "location", "history."):
        assert word not in script


def test_the_demo_sign_ins_are_offered_on_the_demo_city_only() -> None:
    assert "officer@kairan.example" in page(demo=True)
    assert "kairan-demo" in page(demo=True)
    assert "kairan.example" not in page(demo=False)
    assert "kairan-demo" not in page(demo=False)


async def test_browsers_keep_the_files_for_ever_and_still_get_the_next_version() -> None:
    app = Starlette(routes=graphiql.static_routes())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://kairan") as client:
        for path in re.findall(r'(?:src|href)="(/[^"]+)"', page(demo=False)):
            assert re.fullmatch(r"/graphql/assets/[0-9a-f]{12}/[a-z.-]+", path)
            response = await client.get(path)
            assert response.status_code == 200
            assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert response.headers["x-content-type-options"] == "nosniff"
            kind = {"js": "text/javascript", "css": "text/css"}[path.rsplit(".", 1)[1]]
            assert response.headers["content-type"] == f"{kind}; charset=utf-8"
        other = graphiql.PREFIX.replace(graphiql.VERSION, "000000000000")
        assert (await client.get(f"{other}/kairan.js")).status_code == 404
        assert (await client.get(f"{graphiql.PREFIX}/index.html")).status_code == 404
        assert (await client.get(f"{graphiql.PREFIX}/..%2f..%2fsettings.py")).status_code == 404
