/**
 * W3C Trace Context, level 1: https://www.w3.org/TR/trace-context/#traceparent-header. Version 00 ends after the flags;
 * those that are to come may go on after a dash.
 */
const traceparent = /^(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/

/** @returns the trace id (32 hexadecimal digits) of a valid traceparent header, else undefined */
export function traceId(header: string | undefined): string | undefined {
  return header === undefined ? undefined : traceparent.exec(header)?.[1]
}
