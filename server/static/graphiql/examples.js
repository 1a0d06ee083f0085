// The tabs that GraphiQL opens with. Every one of them must run: a test holds them to the schema.
"use strict";

const EXAMPLES = [
  `# Who am I to this city, and what may I do where?
# Choose somebody in the bar above and run it again.
query WhoAmI {
  viewer {
    kind
    staffRoles
    memberships {
      powers
      group { name participation delegatedPowers }
    }
  }
}
`,
  `# The roster of every group I belong to. An officer with VIEW_ROSTER gets the personal
# fields of that group's members; in any other group they are null, and
# extensions.withheld says which rule withheld them.
query MyRoster {
  me {
    memberships {
      group {
        name
        viewerPowers
        members(first: 20) {
          nodes { displayName name kana address phone }
        }
      }
    }
  }
}
`,
  `# The rules themselves: open to everybody, and the same table that the server enforces.
query PrivacyRules {
  privacyRulesVersion
  privacyRules {
    id
    type
    field
    audiences { kind power staffRole }
    category
    purpose
  }
}
`,
  `# What the system holds about me: seeing yourself is never withheld.
query SignedInResident {
  me {
    displayName
    name
    kana
    address
    phone
    birthDate
    memberships { status joinedOn group { name } }
  }
}
`,
];
