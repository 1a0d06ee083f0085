import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { parse } from 'graphql'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Me } from '../app/me'
import { failed, Refused } from '../app/errors'
import { Session } from '../app/session'
import { App } from '../app/urql'
import { CITY, HASTY, appOf, losing, PASSWORD, signedIn } from './city'

const EVERYWHERE_ELSE = parse('mutation { signOut(input: { everywhere: true }) { errors { code } } }')
const SESSIONS = parse('{ viewer { sessions { device } } }') as TypedDocumentNode<
  { viewer: { sessions: { device: string | null }[] } },
  object
>

async function devices(session: Session): Promise<(string | null)[]> {
  const { viewer } = await session.post(SESSIONS, {}, session.accessToken ?? '')
  return viewer.sessions.map(({ device }) => device)
}

/** Until the server itself says that the token is over. */
async function untilOver(session: Session): Promise<void> {
  for (;;) {
    try {
      await session.post(Me, {}, session.accessToken ?? '')
    } catch (error) {
      assert(error instanceof Refused && failed(error.failures, 'UNAUTHENTICATED'), String(error))
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

test('whoever signs in sees himself', async () => {
  const app = await appOf('member')
  const { data } = await app.client.query(Me, {})
  assert.equal(data?.me?.displayName, '高橋 花子')
})

test('a wrong password is told beside the form, and nobody is signed in', async () => {
  const session = new Session(CITY)
  const errors = await session.signIn('member@kairan.example', 'not it')
  assert.deepEqual(errors.map(({ code }) => code), ['WRONG_LOGIN_OR_PASSWORD'])
  assert.equal(session.accessToken, null)
  assert.equal((await new App(session).client.query(Me, {})).data?.me, null)
})

test('when the token is over, a query is asked again with another one and nobody notices', async () => {
  const { send, sent } = losing(0, 'mutation Refresh')
  const app = await appOf('member', HASTY, send)
  await untilOver(app.session)
  const old = app.session.accessToken

  const { data, error } = await app.client.query(Me, {})

  assert.equal(error, undefined)
  assert.equal(data?.me?.displayName, '高橋 花子')
  assert.notEqual(app.session.accessToken, old)
  assert.equal(sent.length, 1)
})

test('ten requests at once share one refresh', async () => {
  const { send, sent } = losing(0, 'mutation Refresh')
  const session = await signedIn('member', CITY, send)
  assert.deepEqual(new Set(await Promise.all(Array.from({ length: 10 }, () => session.refresh()))), new Set([true]))
  assert.equal(sent.length, 1)
})

test('a refresh whose answer was lost is repeated with the same token, and the session goes on', async () => {
  const { send, sent } = losing(1, 'mutation Refresh')
  const app = await appOf('member', CITY, send)

  assert.equal(await app.session.refresh(), true)

  assert.equal(sent.length, 2)
  assert.equal(sent[0], sent[1])
  assert.equal((await app.client.query(Me, {})).data?.me?.displayName, '高橋 花子')
  assert.equal(await app.session.refresh(), true)
})

test('a session that was ended elsewhere is over here: the person is asked to sign in', async () => {
  const app = await appOf('officer')
  let told = 0
  app.session.watch(() => told++)
  const before = app.client
  const again = await signedIn('officer')
  await again.post(EVERYWHERE_ELSE, {}, again.accessToken ?? '')

  await app.client.query(Me, {}, { requestPolicy: 'network-only' })

  assert.equal(app.session.accessToken, null)
  assert.equal(told, 1)
  assert.notEqual(app.client, before)
})

test('signing out ends the session on the server, also where its token had run out', async () => {
  const witness = await signedIn('member')
  for (const url of [CITY, HASTY]) {
    const session = new Session(url)
    const device = `tablet ${url}`.slice(0, 60)
    await session.signIn('member@kairan.example', PASSWORD, device)
    assert((await devices(witness)).includes(device))
    if (url === HASTY) await untilOver(session)

    await session.signOut()

    assert.equal(session.accessToken, null)
    assert(!(await devices(witness)).includes(device))
  }
})

test('without a token one is nobody, and that is no error', async () => {
  const { me } = await new Session(CITY).post(Me, {})
  assert.equal(me, null)
})
