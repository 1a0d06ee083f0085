"""The README's query gives the README's answers, on the demo city as `make run` loads it."""

import json
import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from db.demo.sign_ins import PASSWORD
from db.embedded import Addresses
from tests.harness.city import City
from tests.harness.kairan import Client, running

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }"


def printed(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


QUERY = printed("graphql")[0]
VARIABLES, FOR_THE_PRESIDENT, FOR_A_MEMBER = (json.loads(block) for block in printed("json"))


@pytest.mark.parametrize(
    ("login", "answer"),
    [("both@kairan.example", FOR_THE_PRESIDENT), ("member@kairan.example", FOR_A_MEMBER)],
)
async def test_whoever_follows_the_readme_gets_the_answer_it_prints(
    login: str, answer: dict[str, Any], demo: Addresses, superuser: asyncpg.Pool, key_folder: Path
) -> None:
    city = City(superuser, number=1204)
    async with running(city, demo.server, key_folder) as kairan:
        signed_in = await kairan.nobody.data(SIGN_IN, input={"login": login, "password": PASSWORD})

        client = Client(kairan.http, signed_in["signIn"]["accessToken"])
        assert await client.ask(QUERY, **VARIABLES) == answer
