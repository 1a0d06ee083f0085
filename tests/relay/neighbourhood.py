"""Two groups that share people, a third apart, and how to ask for everything."""

from dataclasses import dataclass
from datetime import date

from permissions.words import Power
from tests.harness.city import City, Member, Person, Thing


@dataclass
class Neighbourhood:
    """The Kagura group, where Ken leads, and the Shunko group, where he is a plain member.

    ``things`` holds one object of each type of the Kagura group by its type, ``foreign`` the same
    of the Tokiwa group, in which none of the people named here is a member.
    """

    city: City
    kagura: Thing
    shunko: Thing
    tokiwa: Thing
    ken: Person
    hanako: Person
    taro: Person
    jiro: Person
    ken_in_kagura: Member
    hanako_in_kagura: Member
    hanako_in_shunko: Member
    taro_in_kagura: Member
    hans: list[Thing]
    things: dict[str, Thing]
    foreign: dict[str, Thing]


async def settle(city: City) -> Neighbourhood:
    """Put everything in place; the city's clock stands still."""
    area = await city.area("神楽地区")
    kagura = await city.group("神楽町内会", directory="MEMBERS", area_id=area.id)
    shunko = await city.group("春光町内会", directory="MEMBERS", area_id=area.id)
    tokiwa = await city.group("常磐町内会", directory="MEMBERS")
    ken = await city.person(
        family_name="佐藤", given_name="健", kana="サトウケン", address="神楽1条1丁目"
    )
    hanako = await city.person(
        family_name="鈴木",
        given_name="花子",
        kana="スズキハナコ",
        address="神楽3条4丁目",
        phone="0166-00-0001",
        email="hanako@example.jp",
        birth_date=date(1958, 4, 1),
    )
    taro = await city.person(family_name="高橋", kana="タカハシタロウ", phone="0166-00-0002")
    jiro = await city.person(family_name="田中", kana="タナカジロウ")
    hans = [await city.han(kagura, name) for name in ("一班", "二班")]
    home = await city.household(kagura, han=hans[0])

    ken_in_kagura = await city.member(kagura, ken, display_name="けん", han=hans[1])
    await city.member(shunko, ken, display_name="けん")
    hanako_in_kagura = await city.member(
        kagura,
        hanako,
        display_name="花子",
        han=hans[0],
        household=home,
        joined_on=date(2010, 4, 1),
    )
    hanako_in_shunko = await city.member(shunko, hanako, display_name="はなちゃん")
    taro_in_kagura = await city.member(kagura, taro, display_name="太郎", han=hans[0])
    things = await _organised(city, kagura, ken_in_kagura, jiro)
    things |= {"Area": area, "Household": home, "Han": hans[0], "Member": hanako_in_kagura}
    circular = things["Circular"]
    await city.receipt(circular, hanako_in_kagura, read_at=city.clock.now)
    await city.paper(circular, taro_in_kagura, ken_in_kagura)

    stranger = await city.member(tokiwa, await city.person(kana="ヨソ"), display_name="よそ")
    far_han = await city.han(tokiwa, "一班")
    foreign = await _organised(city, tokiwa, stranger, await city.person())
    foreign |= {
        "Household": await city.household(tokiwa, han=far_han),
        "Han": far_han,
        "Member": stranger,
    }
    return Neighbourhood(
        city=city,
        kagura=kagura,
        shunko=shunko,
        tokiwa=tokiwa,
        ken=ken,
        hanako=hanako,
        taro=taro,
        jiro=jiro,
        ken_in_kagura=ken_in_kagura,
        hanako_in_kagura=hanako_in_kagura,
        hanako_in_shunko=hanako_in_shunko,
        taro_in_kagura=taro_in_kagura,
        hans=hans,
        things=things,
        foreign=foreign,
    )


async def _organised(
    city: City, group: Thing, leader: Member, applicant: Person
) -> dict[str, Thing]:
    office = await city.office(group, "会長", *Power)
    return {
        "Group": group,
        "Office": office,
        "Appointment": await city.appoint(leader, office),
        "Circular": await city.circular(leader, "夏祭り"),
        "MembershipRequest": await city.request(group, applicant, display_name="入りたい人"),
    }


PAGE = "pageInfo { hasNextPage endCursor }"
PEOPLE = """
fragment person on Person {
  displayName name familyName givenName kana postalCode address building phone email birthDate
  ageBand
}
fragment member on Member {
  id ...person group { id } status joinedOn han { id name } household { id paperOnly }
  appointments { id startsOn endsOn status office { id title } }
}
"""

# Everything that can be asked of a group, by whatever road.
EVERYTHING = (
    """
query Everything($group: ID!, $ids: [ID!]!, $search: String, $han: ID) {
  group(id: $group) {
    id name viewerPowers delegatedPowers unreadCircularCount area { id name }
    viewerMembership { ...member }
    members(search: $search, han: $han) { edges { cursor node { ...member } } PAGE }
    hans { id name members { nodes { ...member } PAGE } }
    households { id paperOnly han { id } members { nodes { ...member } PAGE } }
    offices { id title powers appointments { id status holder { ...member } } }
    membershipRequests { edges { cursor node { id displayName message requestedOn } } PAGE }
    circulars {
      edges {
        cursor
        node {
          id title body publishedAt status author { ...member }
          audience { kind han { id } office { id } }
          receipts {
            edges { cursor node { state deliveredAt readAt paperAt member { ...member } } }
            PAGE
          }
          receiptSummary { recipients delivered read paper outstanding }
          myReceipt { state readAt member { id } }
        }
      }
      PAGE
    }
  }
  nodes(ids: $ids) { __typename id ... on Member { ...member } }
  me {
    id ...person memberships { ...member } membershipRequests { id displayName }
    releases { edges { cursor node { id fields seenBy group { id } } } PAGE }
  }
  viewer { kind memberships { group { id } member { ...member } powers } }
  releases { edges { cursor node { id fields seenBy subjectCount group { id } } } PAGE }
  groups { edges { cursor node { id name } } PAGE }
}
""".replace("PAGE", PAGE)
    + PEOPLE
)
