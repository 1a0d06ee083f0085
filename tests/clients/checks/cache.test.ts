import type { Client } from '@urql/core'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Neighbours } from '../app/groups'
import { read } from '../app/gql'
import { Card, Cards } from '../app/person'
import { Me } from '../app/me'
import { CACHE, makeClient } from '../app/urql'
import { appOf, groupsOf, PASSWORD } from './city'

const HANAKO = '高橋 花子'

async function hanako(client: Client, group: string) {
  const { data } = await client.query(Neighbours, { group })
  const members = data?.group?.members?.nodes ?? []
  const found = members.find(({ displayName }) => displayName === HANAKO)
  assert(found)
  return found
}

test('one person under two groups is two members, and the cache keeps them apart', async () => {
  const app = await appOf('both')
  const { led, joined } = await groupsOf(app)

  const open = await hanako(app.client, led)
  const closed = await hanako(app.client, joined)

  assert.notEqual(open.id, closed.id)
  assert.match(open.address ?? '', /^北海道旭川市春光台/)
  assert.equal(closed.address, null)
  // Both again, now out of the cache.
  assert.deepEqual(await hanako(app.client, led), open)
  assert.deepEqual(await hanako(app.client, joined), closed)
})

test('kept by the person, an address shows under the group that does not release it', async () => {
  const app = await appOf('both')
  const { led, joined } = await groupsOf(app)
  const byPerson = () =>
    makeClient(app.session, { ...CACHE, keys: { ...CACHE.keys, Member: (m) => String(m['displayName']) } })

  let wrong = byPerson()
  await hanako(wrong, joined)
  await hanako(wrong, led)
  assert.match((await hanako(wrong, joined)).address ?? '', /^北海道旭川市春光台/)

  // In the other order the officer loses it, and calls on a household for nothing.
  wrong = byPerson()
  await hanako(wrong, led)
  await hanako(wrong, joined)
  assert.equal((await hanako(wrong, led)).address, null)
})

test('who signs in after somebody else finds nothing of theirs', async () => {
  const app = await appOf('both')
  const first = (await app.client.query(Me, {})).data?.me
  assert(first?.phone)
  const kept = await app.client.query(Me, {}, { requestPolicy: 'cache-only' })
  assert.deepEqual(kept.data?.me, first)

  await app.session.signOut()

  const left = await app.client.query(Me, {}, { requestPolicy: 'cache-only' })
  assert.equal(left.data ?? null, null)
  await app.session.signIn('member@kairan.example', PASSWORD)
  const second = (await app.client.query(Me, {})).data?.me
  assert.equal(second?.displayName, HANAKO)
  assert.notEqual(second.id, first.id)
})

test('what the cache knows in part is shown as stale: its nulls say nothing yet', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  await app.client.query(Me, {})

  const seen: { stale: boolean; address: string | null | undefined }[] = []
  await new Promise<void>((resolve) => {
    const { unsubscribe } = app.client.query(Cards, { group: led }).subscribe(({ data, stale }) => {
      seen.push({ stale, address: data?.me ? read(Card, data.me).address : undefined })
      if (stale) return
      resolve()
      queueMicrotask(() => unsubscribe())
    })
  })

  assert.deepEqual(seen[0], { stale: true, address: null })
  assert.equal(seen.at(-1)?.stale, false)
  assert.match(seen.at(-1)?.address ?? '', /^北海道旭川市/)
})
