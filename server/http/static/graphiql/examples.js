// The tabs that GraphiQL opens with. Every one of them must run: a test holds them to the schema.
"use strict";

const EXAMPLES = [
  `# Who am I here, and what may I do where?
# Choose somebody above and run it again.
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
  `# The roster of every group I belong to.
# With VIEW_ROSTER in a group its members'
# personal fields are released; elsewhere they
# are null, and extensions.withheld says why.
query MyRoster {
  me {
    memberships {
      group {
        name
        viewerPowers
        members(first: 20) {
          nodes {
            displayName
            name
            kana
            address
            phone
          }
        }
      }
    }
  }
}
`,
  `# The rules, open to everybody: the very table
# that the server enforces.
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
  `# What is held about me: nothing is withheld
# from the person it is about.
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
  `# The officers' dashboard: whom each circular
# reached, and who still needs paper.
query WhoHasReadIt {
  me {
    memberships {
      group {
        name
        unreadCircularCount
        circulars(first: 3) {
          nodes {
            title
            author { displayName }
            myReceipt { state readAt }
            receiptSummary { recipients delivered read paper outstanding }
            receipts(state: OUTSTANDING, first: 10) {
              nodes { member { displayName address phone } }
            }
          }
        }
      }
    }
  }
}
`,
  `# Who was given my data, and for what.
query WhoSawMe {
  me {
    releases(first: 20) {
      nodes { releasedAt seenBy office fields purposes group { name } }
    }
  }
}
`,
  `# The auditor's view: every release, no value
# and no name. Null for everybody else.
query Ledger {
  releases(first: 20) {
    nodes {
      releasedAt
      office
      group { name }
      fields
      purposes
      subjectCount
      operationName
      ruleVersion
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  `# Ask for an account. Known address or not, the
# answer is the same; the letter tells. Here it is
# a file: the server's log names it.
mutation SignUp {
  signUp(input: {
    login: "taro@kairan.example"
    password: "おおきな魚を釣りに行く"
    displayName: "たろう"
    kana: "ﾔﾏﾀﾞ たろう"
    postalCode: "０７０ー８５２５"
  }) {
    ticket
    expiresAt
    errors { field code message }
  }
}
`,
  `# The ticket of the answer before, and the code of
# the letter: the account opens, and is signed in.
mutation ConfirmSignUp {
  confirmSignUp(input: {
    ticket: "paste it here"
    code: "1234 5678"
  }) {
    accessToken
    errors { field code message }
  }
}
`,
  `# What I tell the city about myself. What is absent
# stays, null withdraws it, and every field that is
# wrong is named at once.
mutation UpdateProfile {
  updateProfile(input: {
    building: "メゾン大雪 203"
    postalCode: "0708525"
    birthDate: null
  }) {
    resident { displayName postalCode address building birthDate }
    errors { field code message }
  }
}
`,
  `# Ask to join 豊岡ポプラ団地自治会: nothing is
# released before its officers let you in.
# Asking twice says the same.
mutation AskToJoin {
  requestMembership(input: {
    groupId: "R3JvdXA6AY7fDbAAcACI7H6oBDC0vg"
    message: "よろしくお願いします"
  }) {
    request { id displayName status requestedOn }
    errors { field code message }
  }
}
`,
  `# Publish a circular, as officer@. The key makes
# it safe to repeat; others are refused politely.
mutation Publish {
  publishCircular(input: {
    groupId: "R3JvdXA6AY6W9KgAcACe8WbOKgsVGg"
    title: "歳末夜警のお知らせ"
    body: "十二月二十八日の夜七時、会館に集合です。"
    idempotencyKey: "graphiql-example-1"
  }) {
    circular { title status receiptSummary { recipients outstanding } }
    errors { field code message }
  }
}
`,
  `# Who changed what in my groups: for officers
# who manage offices, and for city staff.
query History {
  viewer { memberships { group {
    name
    history(first: 10) {
      nodes { changedAt kind byStaff actor { displayName } after { name value } }
    }
  } } }
}
`,
];
