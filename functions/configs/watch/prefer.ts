import type { IncomingHttpHeaders } from 'node:http'

/**
 * Reads how long a client would wait (RFC 7240, section 4.3). Preferences that cannot be read are passed over, as it says.
 * @returns seconds
 */
export function preferredWait({ prefer }: IncomingHttpHeaders): number | undefined {
  // Where a preference comes twice, the first one counts.
  const first = [prefer ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map((preference) => preference.split(';', 1)[0]?.trim() ?? '')
    .find((preference) => /^wait\s*(=|$)/i.test(preference))
  const seconds = /^wait\s*=\s*(?:(\d{1,9})|"(\d{1,9})")$/i.exec(first ?? '')
  return seconds ? Number(seconds[1] ?? seconds[2]) : undefined
}
