const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const three = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })

export const nothing = '–'

export function count(value: number): string {
  return whole.format(value)
}

/** @param value a second */
export function rate(value: number): string {
  return value >= 100 ? whole.format(value) : three.format(value)
}

export function milliseconds(value: number | undefined): string {
  if (value === undefined) return nothing
  return value < 999.5 ? `${three.format(value)}\u00a0ms` : `${three.format(value / 1000)}\u00a0s`
}

/** A time of a measurement, as a clock that began with it shows it. */
export function clock(seconds: number): string {
  const rest = Math.round(seconds)
  const [hours, minutes] = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60]
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest % 60)}` : `${minutes}:${padded(rest % 60)}`
}

function padded(value: number): string {
  return String(value).padStart(2, '0')
}
