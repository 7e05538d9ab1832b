const invalid = 'Expected key=value,key=value, special characters of a value as %2C'
const key = /^[\w!#$%&'*+.^`|~/-]+$/

/**
 * Reads what OpenTelemetry's variables have for lists, which is what a baggage header has:
 * https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable
 * @throws Error with what was expected
 */
export function keyValuesOf(text: string): Record<string, string> {
  const members = text.split(',').filter((member) => member.trim() !== '')
  return Object.fromEntries(members.map(entryOf))
}

export function areKeyValues(text: string): boolean {
  try {
    keyValuesOf(text)
    return true
  } catch {
    return false
  }
}

export const keyValuesExpected = invalid

function entryOf(member: string): [string, string] {
  const end = member.indexOf('=')
  const name = member.slice(0, Math.max(0, end)).trim()
  if (!key.test(name)) throw new Error(invalid)
  return [name, decodeURIComponent(member.slice(end + 1).trim())]
}
