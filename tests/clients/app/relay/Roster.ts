import { fetchQuery, graphql, type Environment } from 'relay-runtime'
import type { RosterQuery } from './__generated__/RosterQuery.graphql'

const query = graphql`
  query RosterQuery($group: ID!, $first: Int!, $after: String) {
    group(id: $group) {
      id
      members(first: $first, after: $after) @connection(key: "Roster_members") {
        edges {
          node {
            id
            displayName
            address
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`

/** All members of a group, page by page; null where the list itself is withheld. */
export async function wholeRoster(environment: Environment, group: string, first = 50) {
  let after: string | null = null
  for (;;) {
    const variables: RosterQuery['variables'] = { group, first, after }
    const page = fetchQuery<RosterQuery>(environment, query, variables)
    const data: RosterQuery['response'] | undefined = await page.toPromise()
    const members = data?.group?.members
    if (!members) return null
    // The store joins the pages (@connection): these are all members so far.
    if (!members.pageInfo.hasNextPage) return members.edges.map((edge) => edge.node)
    after = members.pageInfo.endCursor ?? null
  }
}
