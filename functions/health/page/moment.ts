const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const dayMs = 86_400_000

/** The time of a moment, with its date when that was over a day ago. */
export function momentOf(iso: string): string {
  const moment = new Date(iso)
  return (Date.now() - moment.getTime() < dayMs ? time : date).format(moment)
}
