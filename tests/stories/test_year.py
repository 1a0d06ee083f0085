"""A year in one association, and at each turn who sees where Hanako lives."""

from tests.harness.kairan import Kairan
from tests.stories.year_people import Year, gather

EVERYTHING = ["VIEW_ROSTER", "MANAGE_MEMBERS", "MANAGE_OFFICES", "PUBLISH", "VIEW_RECEIPTS"]
SUMMARY = "circular { id receiptSummary { recipients delivered read paper outstanding } }"


async def test_a_year_in_kagura(kairan: Kairan) -> None:
    year = await gather(kairan)
    president = await december_the_city_opens_the_association(year)
    treasurer = await january_people_join_and_circulars_go_round(year, president)
    await february_the_city_takes_a_power_back(year)
    await april_officers_change(year, president, treasurer)
    await may_hanako_is_suppressed(year)
    await july_taro_leaves_and_then_hanako(year)
    await october_the_association_is_suspended_and_ends(year)
    await at_last_hanako_reads_who_looked(year)


async def december_the_city_opens_the_association(year: Year) -> str:
    """December 2026: the city delegates, the first two join, and Ken is appointed."""
    await year.on("2026-12-01")
    group = await year.do(
        "OPERATIONS",
        "createGroup",
        "group { id participation delegatedPowers }",
        name="神楽町内会",
        powers=EVERYTHING,
        idempotencyKey=year.key(),
    )
    assert group["participation"] == "TRIAL"
    assert group["delegatedPowers"] == sorted(EVERYTHING)
    year.group = group["id"]
    assert await year.sees() == set()

    # An association without officers: the city lets the first ones in, and sees nothing of them.
    await year.on("2026-12-05")
    ken = await year.joins("Ken", let_in_by="OPERATIONS")
    year.hanako = await year.joins("Hanako", let_in_by="OPERATIONS")
    assert await year.sees() == {"Hanako"}

    await year.on("2026-12-10")
    president = await year.do(
        "OPERATIONS",
        "defineOffice",
        "office { id }",
        groupId=year.group,
        title="会長",
        powers=EVERYTHING,
        idempotencyKey=year.key(),
    )
    await year.do(
        "OPERATIONS",
        "appointOfficer",
        officeId=president["id"],
        memberIds=[ken],
        startsOn="2026-12-15",
        endsOn="2027-03-31",
    )
    assert await year.sees() == {"Hanako"}
    await year.on("2026-12-14", "23:59")
    assert await year.sees() == {"Hanako"}
    await year.on("2026-12-15", "00:00")
    assert await year.sees() == {"Hanako", "Ken"}
    # From here on the association helps itself.
    refused = await year.is_refused(
        "OPERATIONS",
        "appointOfficer",
        officeId=president["id"],
        memberIds=[year.hanako],
        startsOn="2026-12-15",
        endsOn="2027-03-31",
    )
    assert refused == "NOT_PERMITTED"
    return str(president["id"])


async def january_people_join_and_circulars_go_round(year: Year, president: str) -> str:
    """January 2027: Taro and Misao come in, Taro keeps the books, and a circular goes round."""
    await year.on("2026-12-20")
    asked = await year.do("Taro", "requestMembership", "request { id }", groupId=year.group)
    assert await year.sees() == {"Hanako", "Ken"}
    han = await year.do(
        "Ken", "defineHan", "han { id }", groupId=year.group, name="1班", idempotencyKey=year.key()
    )
    await year.do("Ken", "approveMembership", requestId=asked["id"], hanId=han["id"])
    misao = await year.joins("Misao", let_in_by="Ken")
    await year.do("Ken", "setMemberDirectory", groupId=year.group, memberDirectory="MEMBERS")
    # Neighbours see that she is there, by the name she chose; not where she lives.
    assert await year.sees() == {"Hanako", "Ken"}

    await year.on("2027-01-08")
    office = await year.do(
        "Ken",
        "defineOffice",
        "office { id }",
        groupId=year.group,
        title="会計",
        powers=["PUBLISH", "VIEW_RECEIPTS"],
        idempotencyKey=year.key(),
    )
    data = await year.clients["Taro"].data("{ me { memberships { id } } }")
    taro = data["me"]["memberships"][0]["id"]
    await year.do(
        "Ken",
        "appointOfficer",
        officeId=office["id"],
        memberIds=[taro],
        startsOn="2027-01-08",
        endsOn="2027-03-31",
    )
    circular = await year.do(
        "Taro",
        "publishCircular",
        SUMMARY,
        groupId=year.group,
        title="雪かき",
        body="土曜の朝、神社の前で。",
        idempotencyKey=year.key(),
    )
    assert circular["receiptSummary"] == _summary(4, outstanding=4)
    # Ken opens it, Hanako reads it, Misao has no telephone at hand.
    assert await year.circulars("Ken") == ["雪かき"]
    await year.do("Hanako", "markCircularRead", circularId=circular["id"])
    await year.kairan.settled()
    assert await year.receipts("Taro", circular["id"]) == {
        "Ken": "DELIVERED",
        "Hanako": "READ",
        "Taro": "OUTSTANDING",
        "Misao": "OUTSTANDING",
    }
    counted = await year.do(
        "Taro", "recordPaperDelivery", SUMMARY, circularId=circular["id"], memberIds=[misao]
    )
    assert counted["receiptSummary"] == _summary(4, delivered=2, read=1, paper=1, outstanding=1)
    # He follows receipts, and finds nobody's house by them.
    assert await year.sees() == {"Hanako", "Ken"}
    return str(office["id"])


async def february_the_city_takes_a_power_back(year: Year) -> None:
    """February 2027: for two weeks nobody in the association has VIEW_ROSTER."""
    await year.on("2027-02-01")
    rest = [power for power in EVERYTHING if power != "VIEW_ROSTER"]
    await year.do("OPERATIONS", "delegatePowers", groupId=year.group, powers=rest)
    assert await year.sees() == {"Hanako"}
    await year.on("2027-02-15")
    await year.do("OPERATIONS", "delegatePowers", groupId=year.group, powers=EVERYTHING)
    assert await year.sees() == {"Hanako", "Ken"}
    # And for a day the city releases no addresses at all.
    await year.do(
        "OPERATIONS", "setCityPolicy", category="ADDRESS", released=False, reason="審議会の答申"
    )
    assert await year.sees() == {"Hanako"}
    await year.on("2027-02-16")
    await year.do("OPERATIONS", "setCityPolicy", category="ADDRESS", released=True, reason="解除")
    assert await year.sees() == {"Hanako", "Ken"}


async def april_officers_change(year: Year, president: str, treasurer: str) -> None:
    """April 2027: Misao was appointed ahead to succeed Ken; there is no gap and no overlap."""
    await year.on("2027-03-20")
    terms = await year.clients["Ken"].data(
        "query ($id: ID!) { node(id: $id) { ... on Office { appointments { id } } } }", id=president
    )
    misao = await year.clients["Misao"].data("{ me { memberships { id } } }")
    [term] = await year.do(
        "Ken",
        "appointOfficer",
        "appointments { startsOn endsOn status holder { displayName } }",
        officeId=president,
        memberIds=[misao["me"]["memberships"][0]["id"]],
        succeeds=terms["node"]["appointments"][0]["id"],
        endsOn="2028-03-31",
    )
    assert term == {
        "startsOn": "2027-04-01",
        "endsOn": "2028-03-31",
        "status": "UPCOMING",
        "holder": {"displayName": "Misao"},
    }
    assert await year.sees() == {"Hanako", "Ken"}
    await year.on("2027-03-31", "23:59")
    assert await year.sees() == {"Hanako", "Ken"}
    await year.on("2027-04-01", "00:00")
    assert await year.sees() == {"Hanako", "Misao"}
    assert await year.is_refused("Ken", "removeMember", memberId=year.hanako, reason="x") == (
        "NOT_PERMITTED"
    )


async def may_hanako_is_suppressed(year: Year) -> None:
    """May 2027: the city protects Hanako; nobody is told, and officers see 会員 without a house."""
    await year.on("2027-05-10")
    hanako = year.people["Hanako"].gid
    suppressed = await year.do(
        "SUPPRESSION", "suppressResident", "suppression { provisional }", residentId=hanako
    )
    assert suppressed == {"provisional": True}
    assert await year.sees() == {"Hanako"}
    shown = await year.clients["Misao"].data(
        "query ($id: ID!) { node(id: $id) { ... on Member { displayName status } } }",
        id=year.hanako,
    )
    assert shown == {"node": {"displayName": "会員", "status": "ACTIVE"}}
    await year.on("2027-06-01")
    await year.do("SUPPRESSION", "liftSuppression", residentId=hanako)
    assert await year.sees() == {"Hanako", "Misao"}


async def july_taro_leaves_and_then_hanako(year: Year) -> None:
    """July 2027: Taro leaves, then Hanako; in September she comes back, as a new member."""
    await year.on("2027-07-01")
    await year.do("Taro", "leaveGroup", groupId=year.group)
    assert await year.circulars("Taro") is None
    assert await year.sees() == {"Hanako", "Misao"}
    await year.on("2027-08-01")
    await year.do("Hanako", "leaveGroup", groupId=year.group)
    assert await year.sees() == {"Hanako"}
    # Nobody brings her back but she herself.
    assert await year.is_refused("Misao", "moveMember", memberId=year.hanako) == "NOT_PERMITTED"
    await year.on("2027-09-01")
    before = year.hanako
    year.hanako = await year.joins("Hanako", let_in_by="Misao")
    assert year.hanako != before
    assert await year.sees() == {"Hanako", "Misao"}


async def october_the_association_is_suspended_and_ends(year: Year) -> None:
    """October 2027: suspended from the first of the month, and ended on the last of November."""
    await year.on("2027-09-20")
    await year.do(
        "OPERATIONS",
        "setParticipation",
        groupId=year.group,
        participation="SUSPENDED",
        startsOn="2027-10-01",
    )
    assert await year.sees() == {"Hanako", "Misao"}
    await year.on("2027-09-30", "23:59")
    assert await year.sees() == {"Hanako", "Misao"}
    await year.on("2027-10-01", "00:00")
    assert await year.sees() == {"Hanako"}
    # What was published is still read; nothing more is.
    assert await year.circulars("Hanako") == ["雪かき"]
    assert (
        await year.is_refused(
            "Misao",
            "publishCircular",
            groupId=year.group,
            title="休会",
            body="休会中です。",
            idempotencyKey=year.key(),
        )
        == "NOT_PERMITTED"
    )

    await year.on("2027-11-30")
    await year.do("OPERATIONS", "setParticipation", groupId=year.group, participation="ENDED")
    assert await year.sees() == {"Hanako"}
    assert await year.circulars("Hanako") is None
    assert await year.circulars("Misao") is None
    # She may still go.
    await year.do("Hanako", "leaveGroup", groupId=year.group)
    assert await year.sees() == {"Hanako"}


async def at_last_hanako_reads_who_looked(year: Year) -> None:
    """She was shown to Ken as president, then to Misao; on no day when she was hidden."""
    data = await year.clients["Hanako"].data(
        "{ me { releases(first: 200) { nodes { releasedAt office fields } } } }"
    )
    days = {
        release["releasedAt"][:10]
        for release in data["me"]["releases"]["nodes"]
        if "Member.address" in release["fields"]
    }
    assert sorted(days) == [
        # In Tokyo the 15th of December and the 1st of April had begun: these are moments in UTC.
        "2026-12-14",
        "2026-12-20",
        "2027-01-08",
        "2027-02-15",
        "2027-02-16",
        "2027-03-20",
        "2027-03-31",
        "2027-06-01",
        "2027-07-01",
        "2027-09-01",
        "2027-09-20",
        "2027-09-30",
    ]


def _summary(
    recipients: int, *, delivered: int = 0, read: int = 0, paper: int = 0, outstanding: int = 0
) -> dict[str, int]:
    return {
        "recipients": recipients,
        "delivered": delivered,
        "read": read,
        "paper": paper,
        "outstanding": outstanding,
    }
