import { graphql } from './gql'

export const Me = graphql(`
  query Me {
    me { id displayName phone }
  }
`)
