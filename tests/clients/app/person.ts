import { graphql, read, type FragmentType } from './gql'

// Person is what Resident (yourself) and Member (somebody in a group, you too) have in common.
export const Card = graphql(`
  fragment Card on Person {
    __typename
    displayName
    address
    phone
    birthDate
  }
`)

export const Cards = graphql(`
  query Cards($group: ID!) {
    me { id ...Card }
    group(id: $group) {
      id
      viewerMembership { id ...Card }
      members(first: 3) { nodes { id ...Card } }
    }
  }
`)

/** The lines of a card, for whomever it shows. */
export function card(of: FragmentType<typeof Card>): string[] {
  const person = read(Card, of)
  return [person.displayName, person.address ?? '—', person.phone ?? '—', person.birthDate ?? '—']
}
