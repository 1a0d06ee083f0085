import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import manifest from '../app/gql/persisted-documents.json'
import type { CardFragment, PublishCircularInput } from '../app/gql/graphql'
import { MESSAGES } from '../app/withheld'

test('days and moments are text of their form, and nothing else compiles', () => {
  const birthday: CardFragment['birthDate'] = '1950-04-01'
  // @ts-expect-error a Date is a moment: west of Japan it would be another day
  const moment: CardFragment['birthDate'] = new Date(birthday)
  const publishAt: PublishCircularInput['publishAt'] = '2026-04-01T09:00:00+09:00'
  // @ts-expect-error a moment has its time
  const day: PublishCircularInput['publishAt'] = '2026-04-01'
  assert.notEqual(moment, publishAt)
  assert.equal(day, '2026-04-01')
})

test('a field of the schema that is misspelt does not compile', () => {
  const card = { displayName: '花子' } as CardFragment
  // @ts-expect-error
  assert.equal(card.adress, undefined)
  // @ts-expect-error
  assert.equal(MESSAGES.NOT_AN_OFICER, undefined)
})

test('every document of the app is in the manifest, under the hash of its text', () => {
  const documents = Object.entries(manifest as Record<string, string>)
  assert(documents.length >= 9, String(documents.length))
  for (const [id, text] of documents) {
    assert.equal(id, `sha256:${createHash('sha256').update(text).digest('hex')}`)
  }
})
