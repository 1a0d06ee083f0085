"""The tables, without their types: in a statement a column is none of the values it holds."""

from typing import Any

from db.tables import circulars, cities, groups, memberships, offices, residents

Appointment: Any = offices.Appointment
Circular: Any = circulars.Circular
CityPolicy: Any = cities.CityPolicy
Delegation: Any = groups.Delegation
Group: Any = groups.Group
MemberDetails: Any = memberships.MemberDetails
Membership: Any = memberships.Membership
Office: Any = offices.Office
PaperDelivery: Any = circulars.PaperDelivery
Profile: Any = residents.Profile
Receipt: Any = circulars.Receipt
