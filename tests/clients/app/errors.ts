/** A GraphQL error: something went wrong. `code` is one of docs/errors.md. */
export interface Failure {
  message: string
  path?: readonly (string | number)[] | undefined
  extensions?: { code?: unknown; retryAfter?: unknown; committed?: unknown } | undefined
}

/** What an answer without `data` becomes. */
export class Refused extends Error {
  constructor(readonly failures: readonly Failure[]) {
    super(failures.map((failure) => failure.message).join('\n'))
  }
}

/** Whether one of the errors has this code. Messages are for developers, and may change. */
export function failed(failures: readonly Failure[] | undefined, code: string): boolean {
  return failures?.some((failure) => failure.extensions?.code === code) ?? false
}

/** The error of one field, such as `['group', 'members']`; the other fields are good. */
export function failureAt(failures: readonly Failure[] | undefined, path: readonly string[]) {
  return failures?.find((failure) => failure.path?.join('.') === path.join('.'))
}

/** How many seconds to wait before the same is tried again, if that is what is wrong. */
export function secondsToWait(failures: readonly Failure[] | undefined): number | null {
  const asked = failures?.map((failure) => failure.extensions?.retryAfter) ?? []
  return asked.find((seconds) => typeof seconds === 'number') ?? null
}
