"""A member who keeps his receipts to himself looks like one who never opened a circular."""

from permissions.words import Power
from tests.harness.city import City
from tests.harness.kairan import Kairan

RECEIPTS = """
query ($group: ID!) {
  group(id: $group) {
    circulars { nodes {
      receiptSummary { recipients read outstanding }
      receipts(state: OUTSTANDING) { nodes { state readAt member { displayName } } }
      myReceipt { state }
    } }
  }
}
"""


async def test_taro_has_read_it_and_only_he_is_told(city: City, kairan: Kairan) -> None:
    group = await city.group("神楽町内会")
    hana, taro = await city.person(), await city.person()
    president = await city.member(group, hana, display_name="花")
    private = await city.member(group, taro, display_name="太郎", kept_private=["RECEIPT"])
    await city.officer(president, "会長", Power.PUBLISH, Power.VIEW_RECEIPTS)
    circular = await city.circular(president, "雪かき")
    await city.receipt(circular, president, read_at=city.clock())
    await city.receipt(circular, private, read_at=city.clock())

    seen = await (await kairan.client(hana)).ask(RECEIPTS, group=group.gid)
    assert seen["data"]["group"]["circulars"]["nodes"] == [
        {
            "receiptSummary": {"recipients": 2, "read": 1, "outstanding": 1},
            "receipts": {
                "nodes": [
                    {"state": "OUTSTANDING", "readAt": None, "member": {"displayName": "太郎"}}
                ]
            },
            "myReceipt": {"state": "READ"},
        }
    ]
    assert "extensions" not in seen

    own = await (await kairan.client(taro)).ask(RECEIPTS, group=group.gid)
    assert own["data"]["group"]["circulars"]["nodes"][0]["myReceipt"] == {"state": "READ"}
