import assert from 'node:assert/strict'
import { App } from '../app/urql'
import { MyGroups } from '../app/groups'
import { patient } from '../app/patience'
import { Session } from '../app/session'

/** The servers of this run, all on the demo city. */
export const CITY = addressOf('CITY_URL')
/** Its access tokens are good for a second. */
export const HASTY = addressOf('HASTY_URL')
/** It takes five requests of one person in two seconds. */
export const BUSY = addressOf('BUSY_URL')

/** It takes registered documents only. */
export const STRICT = addressOf('STRICT_URL')

export const PASSWORD = 'kairan-demo'

function addressOf(variable: string): string {
  const address = process.env[variable]
  assert(address, `${variable} is not set: run make test-clients`)
  return address
}

/** A session of somebody in the demo city, such as `both`. */
export async function signedIn(who: string, url = CITY, send = patient()): Promise<Session> {
  const session = new Session(url, send)
  const errors = await session.signIn(`${who}@kairan.example`, PASSWORD, 'checks')
  assert.deepEqual(errors, [])
  return session
}

/** The app with somebody signed in. */
export async function appOf(who: string, url = CITY, send = patient()): Promise<App> {
  return new App(await signedIn(who, url, send))
}

/** The group that somebody leads, and the one of which he is a plain member. */
export async function groupsOf(app: App): Promise<{ led: string; joined: string }> {
  const { data } = await app.client.query(MyGroups, {})
  const memberships = data?.viewer.memberships ?? []
  const led = memberships.find(({ powers }) => powers.includes('VIEW_ROSTER'))?.group.id
  const joined = memberships.find(({ powers }) => powers.length === 0)?.group.id
  assert(led && joined, 'the demo city is not as the checks know it')
  return { led, joined }
}

/**
 * A connection that carries requests there and loses the first answers to those whose body has
 * `word` in it. What was sent is kept.
 */
export function losing(answers: number, word: string) {
  const sent: string[] = []
  const send: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    const body = String(init?.body)
    if (!body.includes(word)) return response
    sent.push(body)
    if (sent.length > answers) return response
    await response.text()
    throw new TypeError('fetch failed: the connection was lost')
  }
  return { send, sent }
}
