"""The results as a picture: processor time per request, a bar for each contender."""

import math
from collections.abc import Sequence
from html import escape

from bench.results import Result, Results

_WIDTH, _LEFT, _RIGHT, _BAR, _GAP = 860, 150, 120, 16, 30
_TOP = 64
_COLOURS = {
    "handwritten": "#8a8f98",
    "kairan": "#1f6feb",
    "kairan-reference": "#a5c8ff",
    "strawberry": "#e5687a",
}
_OTHER = "#c9a227"
_FONT = 'font-family="sans-serif" font-size="12" role="img"'
_TITLE, _NAME, _NOTE, _LABEL = "font-size:15px", "font-weight:bold", "opacity:0.7", "font-size:11px"


def chart(results: Results, connections: int) -> str:
    """An SVG of the results at one number of connections. The axis is logarithmic."""
    shown = [each for each in results.all if each.connections == connections]
    requests = list(dict.fromkeys(each.request for each in shown))
    most = max(each.cpu_ms for each in shown)
    least = min(each.cpu_ms for each in shown) / 2
    parts: list[str] = []
    y = _TOP
    for request in requests:
        rows = [each for each in shown if each.request == request]
        parts.append(_text(12, y + _BAR * len(rows) / 2 + 5, request, _NAME))
        for row in rows:
            parts += _bar(row, y, _scaled(row.cpu_ms, least, most), results)
            y += _BAR
        y += _GAP
    height = y + 6
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" {_FONT}>',
            f"<title>Processor time per request at {connections} connections</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
            _text(12, 22, f"Processor time per request, {connections} connections", _TITLE),
            _text(12, 42, "Server and PostgreSQL together; less is better. Logarithmic.", _NOTE),
            *parts,
            "</svg>",
            "",
        ]
    )


def _bar(row: Result, y: float, width: float, results: Results) -> Sequence[str]:
    colour = _COLOURS.get(row.contender, _OTHER)
    ratio = results.ratio(row.contender, row.request, row.connections)
    told = f"{row.cpu_ms:.2f} ms" + ("" if ratio is None else f" ({ratio:.1f}x)")
    return (
        f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR - 3}" fill="{colour}"/>',
        _text(_LEFT + width + 6, y + 11, f"{row.contender} {told}", _LABEL),
    )


def _scaled(value: float, least: float, most: float) -> float:
    room = _WIDTH - _LEFT - _RIGHT - 90
    return room * math.log(value / least) / math.log(most / least)


def _text(x: float, y: float, words: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" style="{style}" fill="#1f2328">{escape(words)}</text>'
