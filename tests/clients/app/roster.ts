import type { Client, OperationResult } from '@urql/core'
import { graphql } from './gql'
import type { RosterPageQuery } from './gql/graphql'

export const RosterPage = graphql(`
  query RosterPage($group: ID!, $first: Int!, $after: String) {
    group(id: $group) {
      id
      members(first: $first, after: $after) {
        nodes { id displayName address }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`)

/** All members of a group, page by page; null where the list itself is withheld. */
export async function wholeRoster(client: Client, group: string, first = 50) {
  let after: string | null = null
  for (;;) {
    const variables = { group, first, after }
    const page: OperationResult<RosterPageQuery> = await client.query(RosterPage, variables)
    if (page.error) throw page.error
    const members = page.data?.group?.members
    if (!members) return null
    // The cache joins the pages (relayPagination): these are all members so far.
    if (!members.pageInfo.hasNextPage) return members.nodes
    after = members.pageInfo.endCursor
  }
}
