// What `k6 run -e NAME=VALUE` can say. Whatever is not said has a value here, or in the script.

/** Where the functions answer; `{function}` in it is replaced by a function's name. */
export const url = __ENV['URL'] ?? 'http://localhost:8080'

/** What the header Host says, where it is not the URL's own; `{function}` in it is replaced by a function's name. */
export const host = __ENV['HOST']

/** Which function is asked, by scripts that ask one. */
export const functionName = __ENV['FUNCTION'] ?? 'predict'

/** Requests a second, or users at once: as many as there are at most. */
export function most(usual: number): number {
  return count('MAX', usual)
}

/** Requests a second. */
export function rate(usual: number): number {
  return count('RATE', usual)
}

export function rounds(usual: number): number {
  return count('ROUNDS', usual)
}

export function durationSeconds(usual: number): number {
  const text = __ENV['DURATION']
  if (text === undefined) return usual
  const [, amount = '', unit = 's'] = /^(\d+(?:\.\d+)?)(s|m|h)?$/.exec(text) ?? []
  const seconds = Number(amount) * ({ s: 1, m: 60, h: 3600 }[unit] ?? 1)
  if (seconds > 0) return seconds
  throw new Error(`DURATION=${text} is no duration, such as 90s, 5m or 1h.`)
}

function count(name: string, usual: number): number {
  const text = __ENV[name]
  if (text === undefined) return usual
  if (/^\d+$/.test(text) && Number(text) > 0) return Number(text)
  throw new Error(`${name}=${text} is no whole number above 0.`)
}
