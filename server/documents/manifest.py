"""The files in which documents are handed over: GraphQL itself, and what front-end tools write.

GraphQL Code Generator's client preset and Relay write an object of documents by their hash
(``persisted-documents.json``); Apollo writes a list of operations with ``id`` and ``body``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

GRAPHQL = (".graphql", ".gql")
APOLLO = "apollo-persisted-query-manifest"


class ManifestError(Exception):
    """Files that cannot be read as documents; a line for each, with its cure."""


@dataclass(frozen=True)
class Found:
    """A document and where it stands, for messages."""

    text: str
    place: str


def read(paths: Iterable[Path]) -> list[Found]:
    """The documents of files, and of all .graphql, .gql and .json files in folders.

    Raises ManifestError, naming everything that is wrong.
    """
    found: list[Found] = []
    problems: list[str] = []
    for path in _files(paths):
        try:
            found.extend(_documents(path))
        except ManifestError as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(f"{path}: {error.strerror}")
    if not found and not problems:
        problems.append("there is no document in these files: give .graphql or .json files")
    if problems:
        raise ManifestError("\n".join(problems))
    return found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                each
                for each in path.rglob("*")
                if each.suffix in (*GRAPHQL, ".json") and each.is_file()
            )
        else:
            yield path


def _documents(path: Path) -> Iterator[Found]:
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        raise ManifestError(f"{path}: this is not UTF-8") from None
    if path.suffix != ".json":
        # Not a character is changed, the last line break neither: the id is of these very bytes.
        yield Found(text, str(path))
        return
    try:
        manifest = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"{path}: this is not JSON: {error}") from None
    for id_, document in _entries(path, manifest):
        place = f"{path}: {id_[:80]}"
        if id_.removeprefix("sha256:") != sha256(document.encode()).hexdigest():
            raise ManifestError(
                f"{place} is not the SHA-256 of its document: set hashAlgorithm: 'sha256' in"
                " persistedDocuments (GraphQL Code Generator), or algorithm: 'SHA256' in"
                " persistConfig (Relay)"
            )
        yield Found(document, place)


def _entries(path: Path, manifest: Any) -> Iterator[tuple[str, str]]:
    entries: Iterable[tuple[Any, Any]] | None = None
    if isinstance(manifest, dict) and manifest.get("format") == APOLLO:
        operations = manifest.get("operations")
        if isinstance(operations, list) and all(isinstance(each, dict) for each in operations):
            entries = [(each.get("id"), each.get("body")) for each in operations]
    elif isinstance(manifest, dict):
        entries = manifest.items()
    if entries is None:
        raise ManifestError(f"{path}: this is no manifest: give an object of documents by their id")
    for id_, document in entries:
        if not isinstance(id_, str) or not isinstance(document, str):
            raise ManifestError(
                f"{path}: this is no manifest: {str(id_)[:80]} is not a document by its id"
            )
        yield id_, document
