/**
 * By how much totals have grown within an hour. No total ever decreases, so this can do what increase() cannot: count what a
 * new series began with, which for starts is all there may be.
 * @param totals such as function_ready_seconds_count{function="predict"}
 */
export function sinceAnHour(totals: string): string {
  return `${totals} - (${totals} offset 1h or 0 * ${totals})`
}
