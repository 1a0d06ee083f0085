import type { Client } from '@urql/core'
import { failed } from './errors'
import { graphql } from './gql'
import type { PublishCircularInput } from './gql/graphql'

const Publish = graphql(`
  mutation Publish($input: PublishCircularInput!) {
    publishCircular(input: $input) {
      circular { id title version }
      errors { field code message }
    }
  }
`)

/** What a person writes. */
export type Draft = Omit<PublishCircularInput, 'idempotencyKey'>

/**
 * Publish once, however often the answer is lost. Make the key when the person presses the
 * button, and keep it with the draft: with it, this may be called again after a restart too.
 */
export async function publish(client: Client, draft: Draft, key: string, repeats = 3) {
  for (;;) {
    const input = { ...draft, idempotencyKey: key }
    const { data, error } = await client.mutation(Publish, { input })
    const unknown = error?.networkError || failed(error?.graphQLErrors, 'OUTCOME_UNKNOWN')
    const crossed = failed(error?.graphQLErrors, 'CONFLICT')
    if ((unknown || crossed) && repeats-- > 0) continue
    if (error) throw error
    return data?.publishCircular
  }
}
