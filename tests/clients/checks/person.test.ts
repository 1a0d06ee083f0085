import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cards, card } from '../app/person'
import { appOf, groupsOf } from './city'

test('one fragment shows yourself, you as a member, and your neighbours', async () => {
  const app = await appOf('both')
  const { joined } = await groupsOf(app)
  const { data } = await app.client.query(Cards, { group: joined })
  const { me, group } = data ?? {}
  assert(me && group?.viewerMembership && group.members)

  const myself = card(me)
  assert.match(myself[1] ?? '', /^北海道旭川市/)
  assert.match(myself[3] ?? '', /^\d{4}-\d\d-\d\d$/)
  assert.deepEqual(card(group.viewerMembership).slice(1), myself.slice(1))
  assert.notEqual(group.viewerMembership.id, me.id)

  const neighbour = group.members.nodes.find(({ id }) => id !== group.viewerMembership?.id)
  assert(neighbour)
  assert.deepEqual(card(neighbour).slice(1), ['—', '—', '—'])
})
