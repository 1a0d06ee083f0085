import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failed } from '../app/errors'
import { Neighbours } from '../app/groups'
import { RosterPage, wholeRoster } from '../app/roster'
import { Session } from '../app/session'
import { makeClient } from '../app/urql'
import { shown, withheldAt } from '../app/withheld'
import { CITY, appOf, groupsOf } from './city'

const ADDRESS = ['group', 'members', 'nodes', 'address']

test('a plain member is told that the address is for officers, and it is no error', async () => {
  const app = await appOf('both')
  const { joined } = await groupsOf(app)

  const result = await app.client.query(Neighbours, { group: joined })

  assert.equal(result.error, undefined)
  const nodes = result.data?.group?.members?.nodes ?? []
  const hanako = nodes.find(({ displayName }) => displayName === '高橋 花子')
  assert.equal(hanako?.address, null)
  const why = withheldAt(result, ADDRESS)
  assert.deepEqual(why, {
    field: 'Member.address',
    path: ['group', 'members', 'nodes', 'address'],
    rule: 'Member.address',
    reason: 'NOT_AN_OFFICER',
  })
  assert.equal(shown(hanako.address, why), '役員だけに表示されます。')
  // The path of one entry, as a component or an error has it, leads to the same.
  assert.deepEqual(withheldAt(result, ['group', 'members', 'nodes', 3, 'address']), why)
  assert.equal(withheldAt(result, ['group', 'members', 'nodes', 'displayName']), undefined)
})

test('to an officer nothing is withheld: a null is a field that nobody filled in', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  const result = await app.client.query(Neighbours, { group: led })
  const addresses = result.data?.group?.members?.nodes.map(({ address }) => address) ?? []
  assert.equal(withheldAt(result, ADDRESS), undefined)
  assert(addresses.some((address) => address?.startsWith('北海道旭川市')))
  assert.equal(shown(null, undefined), '（未登録）')
})

test('a list that is withheld is null as a whole, and so is what stands in it', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  const nobody = makeClient(new Session(CITY))

  assert.equal(await wholeRoster(nobody, led), null)

  const result = await nobody.query(Neighbours, { group: led })
  const why = withheldAt(result, ['group', 'members'])
  assert.equal(why?.reason, 'NOT_SIGNED_IN')
  assert.deepEqual(withheldAt(result, ADDRESS), why)
  assert.equal(shown(null, why), 'ログインすると表示されます。')
})

test('what failed has a code and is not withheld; an id that leads nowhere is neither', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  const failing = await app.client.query(RosterPage, { group: led, first: 5, after: 'x' })
  assert(failed(failing.error?.graphQLErrors, 'CURSOR_UNKNOWN'))
  assert.equal(withheldAt(failing, ['group', 'members']), undefined)

  const nothing = await app.client.query(Neighbours, { group: 'x' })
  assert.equal(nothing.error, undefined)
  assert.equal(nothing.data?.group, null)
  assert.equal(withheldAt(nothing, ADDRESS), undefined)
})

test('an answer out of the cache still says what was withheld', async () => {
  const app = await appOf('both')
  const { joined } = await groupsOf(app)
  const first = await app.client.query(Neighbours, { group: joined })
  const again = await app.client.query(Neighbours, { group: joined }, { requestPolicy: 'cache-only' })
  assert.equal(again.operation.context.meta?.cacheOutcome, 'hit')
  assert.equal(withheldAt(first, ADDRESS)?.reason, 'NOT_AN_OFFICER')
  assert.deepEqual(withheldAt(again, ADDRESS), withheldAt(first, ADDRESS))
})
