import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'graphql'
import { failed } from '../app/errors'
import { makeEnvironment } from '../app/relay/environment'
import { wholeRoster as relayRoster } from '../app/relay/Roster'
import { Me } from '../app/me'
import { wholeRoster } from '../app/roster'
import { Session } from '../app/session'
import { App } from '../app/urql'
import { groupsOf, PASSWORD, STRICT } from './city'

const bodies: string[] = []
const noting: typeof fetch = (input, init) => {
  bodies.push(String(init?.body))
  return fetch(input, init)
}

async function strictly(): Promise<App> {
  const app = new App(new Session(STRICT, noting, true))
  assert.deepEqual(await app.session.signIn('both@kairan.example', PASSWORD), [])
  return app
}

test('a server that takes registered documents only serves the app by their ids', async () => {
  const app = await strictly()
  const { led } = await groupsOf(app)
  assert((await wholeRoster(app.client, led, 50))?.length)
  const { environment } = makeEnvironment(app.session)
  assert((await relayRoster(environment, led, 200))?.length)
  assert(await app.session.refresh())
  assert(bodies.length > 5)
  for (const body of bodies) {
    const { query, documentId } = JSON.parse(body) as { query?: string; documentId?: string }
    assert.equal(query, undefined)
    assert.match(documentId ?? '', /^sha256:[0-9a-f]{64}$/)
  }
})

test('a document that the build did not see is refused by name', async () => {
  const app = await strictly()
  const { data, error } = await app.client.query(parse('{ me { displayName } }'), {})
  assert.equal(data, undefined)
  assert(failed(error?.graphQLErrors, 'DOCUMENT_NOT_REGISTERED'))
  assert((await app.client.query(Me, {})).data?.me)
})
