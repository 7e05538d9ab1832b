const digits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

export const nothing = '–'

export function count(value: number | undefined): string {
  return value === undefined ? nothing : whole.format(value)
}

/** @param value a second */
export function rate(value: number | undefined): string {
  if (value === undefined) return nothing
  return value >= 1000 ? whole.format(value) : digits.format(value)
}

/** @param seconds of an estimate, which is not worth more than two or three digits */
export function duration(seconds: number | undefined): string {
  if (seconds === undefined) return nothing
  return seconds < 0.9995 ? `${digits.format(seconds * 1000)}\u00a0ms` : `${digits.format(seconds)}\u00a0s`
}

export function percent(share: number): string {
  return `${digits.format(share * 100)}\u00a0%`
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })

/** @param seconds since 1970 */
export function clockTime(seconds: number): string {
  return clock.format(seconds * 1000)
}
