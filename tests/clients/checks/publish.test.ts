import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { parse } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { CombinedError } from '@urql/core'
import { failed } from '../app/errors'
import { publish } from '../app/publish'
import { makeClient } from '../app/urql'
import { Session } from '../app/session'
import { CITY, appOf, groupsOf, losing } from './city'

type Titles = { group: { circulars: { nodes: { title: string }[] } } }
const TITLES = parse(
  'query ($group: ID!) { group(id: $group) { id circulars(first: 200) { nodes { id title } } } }',
) as TypedDocumentNode<Titles, { group: string }>

test('a circular whose answer was lost twice is published once', async () => {
  const { send, sent } = losing(2, 'mutation Publish')
  const app = await appOf('both', CITY, send)
  const { led } = await groupsOf(app)
  const title = `資源回収 ${randomUUID()}`

  const draft = { groupId: led, title, body: '土曜日の朝8時' }
  const payload = await publish(app.client, draft, randomUUID())

  assert.deepEqual(payload?.errors, [])
  assert.equal(payload?.circular?.title, title)
  assert.equal(sent.length, 3)
  const { data } = await makeClient(app.session).query(TITLES, { group: led })
  assert.equal(data?.group.circulars.nodes.filter((each) => each.title === title).length, 1)
})

test('what the person can mend stands in the payload, beside its field', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  const payload = await publish(app.client, { groupId: led, title: ' ', body: '本文' }, randomUUID())
  assert.equal(payload?.circular, null)
  assert.deepEqual(
    payload?.errors.map(({ field, code }) => ({ field, code })),
    [{ field: ['input', 'title'], code: 'INVALID' }],
  )
})

test('who may not publish here is told so, in the payload too', async () => {
  const app = await appOf('both')
  const { joined } = await groupsOf(app)
  const payload = await publish(app.client, { groupId: joined, title: '題', body: '本文' }, randomUUID())
  assert.deepEqual(payload?.errors.map(({ code }) => code), ['NOT_PERMITTED'])
})

test('who is not signed in gets a GraphQL error, with a code', async () => {
  const nobody = makeClient(new Session(CITY))
  await assert.rejects(
    publish(nobody, { groupId: 'x', title: '題', body: '本文' }, randomUUID()),
    (error) => error instanceof CombinedError && failed(error.graphQLErrors, 'UNAUTHENTICATED'),
  )
})
