import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeEnvironment } from '../app/relay/environment'
import { wholeRoster } from '../app/relay/Roster'
import { withheldAt } from '../app/withheld'
import { HASTY, appOf, groupsOf, signedIn } from './city'

test('with Relay too, the president pages to the end and has every member once', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  const { environment } = makeEnvironment(app.session)
  const members = (await wholeRoster(environment, led, 20)) ?? []
  const once = (await wholeRoster(makeEnvironment(app.session).environment, led, 200)) ?? []
  assert(members.length > 20)
  assert.deepEqual(members, once)
  assert.equal(new Set(members.map(({ id }) => id)).size, members.length)
})

test("Relay's store keeps the open and the closed one apart, and says why one is closed", async () => {
  const app = await appOf('both')
  const { led, joined } = await groupsOf(app)
  const { environment, answerTo } = makeEnvironment(app.session)
  const hanako = async (group: string) => {
    const members = (await wholeRoster(environment, group, 200)) ?? []
    return members.find(({ displayName }) => displayName === '高橋 花子')
  }
  const open = await hanako(led)
  const closed = await hanako(joined)
  assert(open && closed)

  const source = environment.getStore().getSource()
  assert.match(String(source.get(open.id)?.['address']), /^北海道旭川市春光台/)
  assert.equal(source.get(closed.id)?.['address'], null)

  const path = ['group', 'members', 'edges', 'node', 'address']
  const of = (group: string) => answerTo('RosterQuery', { group, first: 200, after: null })
  assert.equal(withheldAt(of(joined), path)?.reason, 'NOT_AN_OFFICER')
  assert.equal(withheldAt(of(led), path), undefined)
})

test('with Relay too, a token that is over is renewed and the query asked again', async () => {
  const session = await signedIn('both', HASTY)
  const { led } = await groupsOf(await appOf('both'))
  const old = session.accessToken
  const { environment } = makeEnvironment(session)
  while (session.accessToken === old) {
    assert((await wholeRoster(environment, led, 200))?.length)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
})
