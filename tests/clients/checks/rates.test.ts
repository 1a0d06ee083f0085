import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Me } from '../app/me'
import { Refused, secondsToWait } from '../app/errors'
import { patient } from '../app/patience'
import { Session } from '../app/session'
import { BUSY, signedIn } from './city'

test('requests that are refused for a moment are sent again when the server says', async () => {
  const asked: number[] = []
  const send = patient(async (input, init) => {
    const response = await fetch(input, init)
    if (response.status === 429) asked.push(Number(response.headers.get('retry-after')))
    return response
  })
  const session = await signedIn('both', BUSY, send)
  const all = Array.from({ length: 8 }, () => session.post(Me, {}, session.accessToken ?? ''))
  const names = (await Promise.all(all)).map(({ me }) => me?.displayName)
  assert.equal(new Set(names).size, 1)
  assert(asked.length >= 3, `refused ${asked.length} times`)
  assert(asked.every((seconds) => seconds >= 1 && seconds <= 2), String(asked))
})

test('too many wrong passwords: the person is told how long to wait', async () => {
  const session = new Session(BUSY, patient(fetch, 0))
  let refused: unknown
  for (let tries = 0; tries < 4 && !refused; tries++) {
    await session.signIn('treasurer@kairan.example', 'not it').catch((error) => (refused = error))
  }
  assert(refused instanceof Refused)
  const seconds = secondsToWait(refused.failures)
  assert(seconds !== null && seconds > 10 && seconds <= 300, String(seconds))
})
