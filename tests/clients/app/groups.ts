import { graphql } from './gql'

export const MyGroups = graphql(`
  query MyGroups {
    viewer {
      memberships {
        powers
        group { id name memberDirectory }
      }
    }
  }
`)

export const Neighbours = graphql(`
  query Neighbours($group: ID!) {
    group(id: $group) {
      id
      members(first: 200) { nodes { id displayName address } }
    }
  }
`)
