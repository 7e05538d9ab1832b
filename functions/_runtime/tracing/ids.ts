// As the OpenTelemetry SDK makes them: random, not secret. node:crypto would take 4 ms of a cold start to load.

/** 32 hexadecimal digits. */
export function newTraceId(): string {
  return digits() + digits() + digits() + digits()
}

/** 16 hexadecimal digits. */
export function newSpanId(): string {
  return digits() + digits()
}

/** Eight hexadecimal digits, never all zero: an id that is would be none. */
function digits(): string {
  return (1 + Math.floor(Math.random() * 0xffff_ffff)).toString(16).padStart(8, '0')
}
