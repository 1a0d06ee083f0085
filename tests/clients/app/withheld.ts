import { mapExchange, type Exchange } from '@urql/core'
import type { WithheldReason } from './gql/enums'

/** One entry of `extensions.withheld`. */
export interface Withheld {
  field: string
  path: string[]
  rule: string
  reason: WithheldReason
}

interface Answer {
  extensions?: Record<string, unknown> | undefined
}

/**
 * Why the field at `path` is null for you, or undefined where nobody withholds it: then it was
 * never filled in. The path is that of `data` in the answer, with aliases; list indexes make no
 * difference, because a field is withheld for a whole column.
 */
export function withheldAt(answer: Answer, path: readonly (string | number)[]): Withheld | undefined {
  const wanted = path.filter((step) => typeof step === 'string').join('.')
  const all = (answer.extensions?.['withheld'] ?? []) as Withheld[]
  // What stands under something that is withheld is withheld with it.
  return all.find(({ path }) => `${wanted}.`.startsWith(`${path.join('.')}.`))
}

/** What to tell the person. A new reason in the schema is an error of the compiler here. */
export const MESSAGES: Record<WithheldReason, string> = {
  NOT_SIGNED_IN: 'ログインすると表示されます。',
  NOT_A_MEMBER: 'この町内会の会員だけに表示されます。',
  NOT_AN_OFFICER: '役員だけに表示されます。',
  POWER_MISSING: 'この役職には、表示する権限がありません。',
  GROUP_NOT_RELEASING: 'この町内会は、現在利用を休止しています。',
  CITY_POLICY: '市の方針により、表示されません。',
}

/** A null in words: withheld, or simply empty. */
export function shown(value: string | null, why: Withheld | undefined): string {
  return value ?? (why ? MESSAGES[why.reason] : '（未登録）')
}

/**
 * A cache keeps `data` and forgets `extensions`. `note`, below the cache, remembers what was
 * withheld from each query; `recall`, above it, says so again when the answer comes out of it.
 */
export function keepWithheld(): { note: Exchange; recall: Exchange } {
  const known = new Map<number, unknown>()
  const note = mapExchange({
    onResult({ operation, data, extensions }) {
      if (data) known.set(operation.key, extensions?.['withheld'] ?? [])
    },
  })
  const recall = mapExchange({
    onResult(result) {
      const withheld = known.get(result.operation.key)
      return withheld ? { ...result, extensions: { ...result.extensions, withheld } } : result
    },
  })
  return { note, recall }
}
