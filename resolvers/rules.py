"""The table as the schema shows it: rules, no values."""

from typing import Any

from permissions.policy import BY_ID, POLICY
from permissions.rule import Rule


def all_rules() -> list[dict[str, Any]]:
    """Every row of the table, then what opens each type asked for by id."""
    return [_shown(rule) for rule in (*POLICY.values(), *BY_ID.values())]


def _shown(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "type": rule.type_name,
        "field": rule.field_name,
        "audiences": [
            {
                "kind": audience.kind,
                "power": audience.power,
                "staff_role": audience.staff_role,
            }
            for audience in rule.audiences
        ],
        "category": rule.category,
        "purpose": rule.purpose,
        "version": rule.version,
    }
