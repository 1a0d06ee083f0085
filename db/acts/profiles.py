"""What a resident tells about himself. $1 is the city, $2 the resident."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from db.reading import Reading

_AREA = "select 1 from kairan.areas a where a.city = $1 and a.id = $2"
_CHANGE = """
    update kairan.profiles set
        display_name = case when 'display_name' = any ($3::text[]) then $4 else display_name end,
        family_name = case when 'family_name' = any ($3::text[]) then $5 else family_name end,
        given_name = case when 'given_name' = any ($3::text[]) then $6 else given_name end,
        kana = case when 'kana' = any ($3::text[]) then $7 else kana end,
        postal_code = case when 'postal_code' = any ($3::text[]) then $8 else postal_code end,
        address = case when 'address' = any ($3::text[]) then $9 else address end,
        building = case when 'building' = any ($3::text[]) then $10 else building end,
        area_id = case when 'area_id' = any ($3::text[]) then $11::uuid else area_id end,
        phone = case when 'phone' = any ($3::text[]) then $12 else phone end,
        email = case when 'email' = any ($3::text[]) then $13 else email end,
        birth_date = case when 'birth_date' = any ($3::text[]) then $14::date else birth_date end
    where city = $1 and resident_id = $2
"""
# Where somebody goes by another name in a group than in his profile, he chose so, and it stays.
_RENAME_MEMBER = """
    update kairan.member_details set display_name = $3
    where city = $1 and resident_id = $2 and display_name = (
        select told.display_name from kairan.profiles told
        where told.city = $1 and told.resident_id = $2
    )
"""
_RENAME_APPLICANT = """
    update kairan.membership_requests set display_name = $3
    where city = $1 and resident_id = $2 and status = 'PENDING' and display_name = (
        select told.display_name from kairan.profiles told
        where told.city = $1 and told.resident_id = $2
    )
"""
_COLUMNS = (
    *("display_name", "family_name", "given_name", "kana", "postal_code", "address", "building"),
    *("area_id", "phone", "email", "birth_date"),
)


async def area_exists(reading: Reading, area: UUID) -> bool:
    """Whether an area is one of the city's."""
    return bool(await reading.fetch(_AREA, reading.viewer.city, area))


async def change(reading: Reading, values: Mapping[str, Any]) -> None:
    """Change columns of the viewer's own profile, and the name he goes by where it was that."""
    who = reading.viewer.city, reading.viewer.person
    if "display_name" in values:
        await reading.fetch(_RENAME_MEMBER, *who, values["display_name"])
        await reading.fetch(_RENAME_APPLICANT, *who, values["display_name"])
    told = [values.get(column) for column in _COLUMNS]
    await reading.fetch(_CHANGE, *who, list(values), *told)
