/**
 * A `fetch` that waits as long as the server asks. 429 and 503 were not executed, so a mutation
 * may be sent again as well. Whoever would have to wait longer than `most` seconds is told instead.
 */
export function patient(send: typeof fetch = fetch, most = 10): typeof fetch {
  return async (input, init) => {
    for (;;) {
      const response = await send(input, init)
      const seconds = Number(response.headers.get('retry-after') ?? NaN)
      if (![429, 503].includes(response.status) || !(seconds <= most)) return response
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    }
  }
}
