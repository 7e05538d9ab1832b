/** Where in which trace something is done: https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
  /** Of which the lowest bit says that the trace is recorded. */
  readonly flags: number
  /** What other systems have to say of the trace, as it came. */
  readonly state: string | undefined
  /** Whether it is that of another process. */
  readonly isRemote: boolean
}

export const sampledFlag = 1

/**
 * Version 00 ends after the flags; those that are to come may go on after a dash:
 * https://www.w3.org/TR/trace-context/#traceparent-header
 */
const traceparent = /^(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/
/** Of its list only the size and the alphabet are looked at: its members are for others to understand. */
const tracestate = /^[\t\x20-\x7e]{1,512}$/

/** @returns the trace id (32 hexadecimal digits) of a valid traceparent header, else undefined */
export function traceId(header: string | undefined): string | undefined {
  return header === undefined ? undefined : traceparent.exec(header)?.[1]
}

/** @returns what valid headers of these names say, else undefined */
export function contextOf(parent: string | undefined, state?: string): TraceContext | undefined {
  const [, id, spanId, flags] = (parent !== undefined && traceparent.exec(parent)) || []
  if (id === undefined || spanId === undefined || flags === undefined) return undefined
  const isStateValid = state !== undefined && tracestate.test(state)
  return {
    traceId: id,
    spanId,
    flags: Number.parseInt(flags, 16),
    state: isStateValid ? state : undefined,
    isRemote: true,
  }
}

/** The value of a traceparent header. */
export function traceparentOf({ traceId: id, spanId, flags }: TraceContext): string {
  return `00-${id}-${spanId}-${flags.toString(16).padStart(2, '0')}`
}
