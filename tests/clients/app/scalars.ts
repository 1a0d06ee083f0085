/** A day in Japan, `2026-04-01`. No `Date`: that is a moment, and another day west of here. */
export type LocalDate = `${number}-${number}-${number}`

/** A moment with its offset, `2026-04-01T09:00:00+09:00`: what `new Date()` takes. */
export type Moment = `${LocalDate}T${string}`
