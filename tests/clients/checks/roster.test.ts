import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RosterPage, wholeRoster } from '../app/roster'
import { makeClient } from '../app/urql'
import { Neighbours } from '../app/groups'
import { failed, failureAt } from '../app/errors'
import { appOf, groupsOf } from './city'

test('the president pages through the roster and has every member once', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  const at_once = (await app.client.query(Neighbours, { group: led })).data?.group?.members?.nodes
  assert(at_once && at_once.length > 20 && at_once.length < 200)

  const members = await wholeRoster(makeClient(app.session), led, 20)

  assert.deepEqual(
    members?.map(({ id }) => id),
    at_once.map(({ id }) => id),
  )
  assert.equal(new Set(members?.map(({ id }) => id)).size, at_once.length)
})

test('a cursor of another list is an error with a code, at its field', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  const { data, error } = await app.client.query(RosterPage, { group: led, first: 5, after: 'x' })
  const failure = failureAt(error?.graphQLErrors, ['group', 'members'])
  assert.equal(failure?.extensions?.code, 'CURSOR_UNKNOWN')
  assert(failed(error?.graphQLErrors, 'CURSOR_UNKNOWN'))
  assert.equal(data?.group?.members ?? null, null)
})

test('a page that is too large is an error that names the limit', async () => {
  const app = await appOf('both')
  const { led } = await groupsOf(app)
  const { error } = await app.client.query(RosterPage, { group: led, first: 1000 })
  assert(failed(error?.graphQLErrors, 'BAD_USER_INPUT'))
})
