import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print, type DocumentNode } from 'graphql'
import { failed, Refused, type Failure } from './errors'
import { graphql } from './gql'
import { patient } from './patience'
import { documentId } from './registered'

const SignIn = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      accessToken
      refreshToken
      errors { field code message }
    }
  }
`)

const Refresh = graphql(`
  mutation Refresh($input: RefreshInput!) {
    refresh(input: $input) {
      accessToken
      refreshToken
      errors { code }
    }
  }
`)

const SignOut = graphql(`
  mutation SignOut {
    signOut {
      errors { code }
    }
  }
`)

/** Who is signed in on this device: the tokens, and whom to tell when that changes. */
export class Session {
  accessToken: string | null = null
  #refreshToken: string | null = null
  #refreshing: Promise<boolean> | null = null
  #watchers: (() => void)[] = []

  constructor(
    readonly url: string,
    readonly send: typeof fetch = patient(),
    readonly registered = false, // whether the server takes registered documents only
  ) {}

  /** Call `watcher` whenever somebody has signed in or out: empty the cache there. */
  watch(watcher: () => void): void {
    this.#watchers.push(watcher)
  }

  /** The errors to show beside the form; none where the person is signed in. */
  async signIn(login: string, password: string, device?: string) {
    const input = { login, password, device: device ?? null }
    const { accessToken, refreshToken, errors } = (await this.post(SignIn, { input })).signIn
    if (errors.length === 0) this.#become(accessToken, refreshToken)
    return errors
  }

  /** Whether the session goes on. Ten requests that need new tokens share one refresh. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null))
    return this.#refreshing
  }

  async #refresh(): Promise<boolean> {
    const old = this.#refreshToken
    if (old === null) return false
    const answer = await this.#repeated(() => this.post(Refresh, { input: { refreshToken: old } }))
    if (this.#refreshToken !== old) return false // signed out, or in again, meanwhile
    const { accessToken, refreshToken, errors } = answer.refresh
    if (errors.length > 0) {
      this.#become(null, null)
      return false
    }
    this.accessToken = accessToken
    this.#refreshToken = refreshToken
    return true
  }

  /** When the answer was lost, the same token is good for another ten seconds. */
  async #repeated<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
    for (const pause of [200, 1000, 3000]) {
      try {
        return await attempt()
      } catch (error) {
        if (error instanceof Refused) throw error
        await new Promise((resolve) => setTimeout(resolve, pause))
      }
    }
    return attempt()
  }

  /** Forgets everything at once; the server is told, so that the tokens are dead too. */
  async signOut(): Promise<void> {
    const [access, refreshToken] = [this.accessToken, this.#refreshToken]
    this.#become(null, null)
    if (access === null || refreshToken === null) return
    try {
      await this.post(SignOut, {}, access).catch(async (error: unknown) => {
        if (!(error instanceof Refused && failed(error.failures, 'UNAUTHENTICATED'))) throw error
        const { refresh } = await this.post(Refresh, { input: { refreshToken } })
        if (refresh.accessToken) await this.post(SignOut, {}, refresh.accessToken)
      })
    } catch {
      // Offline: the session ends by itself, or in the list of sessions on another device.
    }
  }

  #become(accessToken: string | null, refreshToken: string | null): void {
    this.accessToken = accessToken
    this.#refreshToken = refreshToken
    for (const watcher of this.#watchers) watcher()
  }

  /** One document without cache and client; throws `Refused` where there is no data. */
  async post<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    token?: string,
  ): Promise<Data> {
    const response = await this.send(this.url, {
      method: 'POST',
      credentials: 'omit',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ ...this.#document(document), variables }),
    })
    const { data, errors } = (await response.json()) as { data?: Data | null; errors?: Failure[] }
    if (!data) throw new Refused(errors ?? [])
    return data
  }

  #document(document: DocumentNode) {
    return this.registered ? { documentId: documentId(document) } : { query: print(document) }
  }
}
