import {
  Environment,
  Network,
  RecordSource,
  Store,
  type GraphQLResponse,
  type Variables,
} from 'relay-runtime'
import { failed, type Failure } from '../errors'
import type { Session } from '../session'
import type { Withheld } from '../withheld'

/** An environment for whoever is signed in: make another one whenever that changes. */
export function makeEnvironment(session: Session) {
  // Relay's store keeps `data` and forgets `extensions`: what was withheld is kept here.
  const withheld = new Map<string, Withheld[]>()

  const network = Network.create(async ({ name, text, id }, variables) => {
    const ask = async () => {
      const response = await session.send(session.url, {
        method: 'POST',
        credentials: 'omit',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json',
          ...(session.accessToken && { authorization: `Bearer ${session.accessToken}` }),
        },
        // With `persistConfig` the compiler leaves the text out and gives its hash.
        body: JSON.stringify({ ...(id ? { documentId: `sha256:${id}` } : { query: text }), variables }),
      })
      return (await response.json()) as GraphQLResponse & {
        errors?: Failure[]
        extensions?: { withheld?: Withheld[] }
      }
    }
    let answer = await ask()
    if (failed(answer.errors, 'UNAUTHENTICATED') && (await session.refresh())) answer = await ask()
    withheld.set(keyOf(name, variables), answer.extensions?.withheld ?? [])
    return answer
  })

  const environment = new Environment({ network, store: new Store(new RecordSource()) })
  /** What `withheldAt` takes: for the query of this name with these variables. */
  const answerTo = (name: string, variables: Variables) => ({
    extensions: { withheld: withheld.get(keyOf(name, variables)) },
  })
  return { environment, answerTo }
}

function keyOf(name: string, variables: Variables): string {
  return JSON.stringify([name, Object.entries(variables).sort()])
}
