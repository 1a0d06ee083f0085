import { Client, fetchExchange } from '@urql/core'
import { authExchange } from '@urql/exchange-auth'
import { cacheExchange, type CacheExchangeOpts } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { failed } from './errors'
import schema from './gql/introspection'
import { byDocumentId } from './registered'
import type { Session } from './session'
import { keepWithheld } from './withheld'

const WITHOUT_ID = schema.__schema.types
  .filter((type) => type.kind === 'OBJECT' && !type.fields.some(({ name }) => name === 'id'))
  .map((type) => type.name)

/** Every type with an `id` is kept by it. Those without one belong to the object they stand in. */
export const CACHE: CacheExchangeOpts = {
  schema,
  keys: Object.fromEntries(WITHOUT_ID.map((type) => [type, () => null])),
  resolvers: { Group: { members: relayPagination(), circulars: relayPagination() } },
}

/** A client for whoever is signed in: make another one whenever that changes. */
export function makeClient(session: Session, cache: CacheExchangeOpts = CACHE): Client {
  const withheld = keepWithheld()
  return new Client({
    url: session.url,
    fetch: session.send,
    fetchOptions: { credentials: 'omit' },
    preferGetMethod: false, // a URL stands in the logs of others
    exchanges: [
      withheld.recall,
      cacheExchange(cache),
      withheld.note,
      authExchange(async ({ appendHeaders }) => ({
        addAuthToOperation: (operation) =>
          session.accessToken
            ? appendHeaders(operation, { Authorization: `Bearer ${session.accessToken}` })
            : operation,
        // The server says when a token is over. A device's clock may be wrong.
        didAuthError: (error) => failed(error.graphQLErrors, 'UNAUTHENTICATED'),
        refreshAuth: async () => {
          await session.refresh().catch(() => {}) // offline: the answer says it is not signed in
        },
      })),
      ...(session.registered ? [byDocumentId()] : []),
      fetchExchange,
    ],
  })
}

/** The app's one client. Nothing of one person is left in it when the next one signs in. */
export class App {
  client: Client

  constructor(readonly session: Session) {
    this.client = makeClient(session)
    session.watch(() => (this.client = makeClient(session)))
  }
}
