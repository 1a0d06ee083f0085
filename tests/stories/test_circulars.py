"""A circular goes round: who has it, who has read it, who still needs paper."""

from datetime import timedelta

from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Kairan

FOLLOW = """
query Follow($circular: ID!, $state: ReceiptState) {
  node(id: $circular) {
    ... on Circular {
      title status author { displayName }
      receiptSummary { recipients delivered read paper outstanding }
      receipts(state: $state) { nodes { state member { displayName } } }
    }
  }
}
"""
READ = """
query Read($group: ID!) {
  group(id: $group) {
    unreadCircularCount
    circulars {
      nodes {
        title body author { displayName } audience { kind han { name } }
        myReceipt { state readAt }
        receipts { nodes { state } }
      }
    }
  }
}
"""


async def test_ken_follows_whom_the_circular_reached(city: City, kairan: Kairan) -> None:
    kagura = await city.group("神楽町内会")
    people = {
        name: await city.member(kagura, await city.person(), display_name=name)
        for name in ("けん", "花子", "太郎", "次郎", "三郎")
    }
    await city.officer(people["けん"], "会長", Power.PUBLISH, Power.VIEW_RECEIPTS)
    circular = await city.circular(people["けん"], "夏祭りのお知らせ", body="8月1日、神楽公園")
    city.clock.advance(hours=1)
    await city.receipt(circular, people["花子"], read_at=city.clock.now)
    await city.receipt(circular, people["太郎"])
    await city.paper(circular, people["次郎"], people["けん"])
    # Who joins later is no recipient.
    late = await city.person()
    await city.member(kagura, late, display_name="新人", began_at=city.clock.now)

    ken = await kairan.client(people["けん"].person)
    answer = await ken.ask(FOLLOW, circular=circular.gid)
    node = answer["data"]["node"]
    assert node["receiptSummary"] == {
        "recipients": 5,
        "delivered": 2,
        "read": 1,
        "paper": 1,
        "outstanding": 2,
    }
    assert {r["member"]["displayName"]: r["state"] for r in node["receipts"]["nodes"]} == {
        "けん": "OUTSTANDING",
        "花子": "READ",
        "太郎": "DELIVERED",
        "次郎": "PAPER",
        "三郎": "OUTSTANDING",
    }
    outstanding = await ken.data(FOLLOW, circular=circular.gid, state="OUTSTANDING")
    names = [r["member"]["displayName"] for r in outstanding["node"]["receipts"]["nodes"]]
    assert sorted(names) == ["けん", "三郎"]


async def test_hanako_reads_it_and_sees_her_own_receipt_alone(city: City, kairan: Kairan) -> None:
    kagura = await city.group("神楽町内会")
    ken = await city.member(kagura, await city.person(), display_name="けん")
    hanako = await city.member(kagura, await city.person(), display_name="花子")
    await city.officer(ken, "会長", Power.PUBLISH, Power.VIEW_RECEIPTS)
    read = await city.circular(ken, "夏祭り", published_at=city.clock.now - timedelta(days=1))
    await city.receipt(read, hanako, read_at=city.clock.now)
    await city.circular(ken, "秋祭り")
    await city.circular(ken, "冬祭り", published_at=city.clock.now + timedelta(days=1))
    await city.circular(ken, "春祭り", withdrawn_at=city.clock.now)

    answer = await (await kairan.client(hanako.person)).ask(READ, group=kagura.gid)
    to_all = {"kind": "ALL", "han": None}
    by_ken = {"body": "本文", "author": {"displayName": "けん"}, "audience": to_all}
    assert answer["data"]["group"] == {
        "unreadCircularCount": 1,
        "circulars": {
            "nodes": [
                {
                    "title": "秋祭り",
                    **by_ken,
                    "myReceipt": {"state": "OUTSTANDING", "readAt": None},
                    "receipts": None,
                },
                {
                    "title": "夏祭り",
                    **by_ken,
                    "myReceipt": {"state": "READ", "readAt": "2026-11-23T03:00:00+00:00"},
                    "receipts": None,
                },
            ]
        },
    }
    assert [(w["rule"], w["reason"]) for w in answer["extensions"]["withheld"]] == [
        ("Circular.receipts", "NOT_AN_OFFICER")
    ]


async def test_a_circular_to_one_han_is_read_by_that_han(city: City, kairan: Kairan) -> None:
    kagura = await city.group("神楽町内会", directory="MEMBERS")
    first, second = [await city.han(kagura, name) for name in ("一班", "二班")]
    ken = await city.member(kagura, await city.person(), display_name="けん", han=second)
    hanako = await city.member(kagura, await city.person(), display_name="花子", han=first)
    taro = await city.member(kagura, await city.person(), display_name="太郎", han=second)
    nowhere = await city.member(kagura, await city.person(), display_name="次郎")
    await city.officer(ken, "会長", Power.PUBLISH, Power.VIEW_RECEIPTS, Power.VIEW_ROSTER)
    circular = await city.circular(ken, "一班の清掃当番", audience="HAN", audience_han_id=first.id)

    seen = {}
    for name, member in (("けん", ken), ("花子", hanako), ("太郎", taro), ("次郎", nowhere)):
        client = await kairan.client(member.person)
        group = (await client.data(READ, group=kagura.gid))["group"]
        by_id = await client.data(FOLLOW, circular=circular.gid)
        titles = [node["title"] for node in group["circulars"]["nodes"]]
        seen[name] = (titles, group["unreadCircularCount"], by_id["node"] is not None)
    assert seen == {
        "けん": (["一班の清掃当番"], 1, True),
        "花子": (["一班の清掃当番"], 1, True),
        "太郎": ([], 0, False),
        "次郎": ([], 0, False),
    }
    # Hanako was shown its body above.
    await kairan.settled()
    followed = await (await kairan.client(ken.person)).data(FOLLOW, circular=circular.gid)
    assert followed["node"]["receipts"]["nodes"] == [
        {"state": "DELIVERED", "member": {"displayName": "花子"}}
    ]
    assert followed["node"]["receiptSummary"]["recipients"] == 1
