export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}\u00a0%`
}

export function milliseconds(value: number | undefined): string {
  return value === undefined ? '–' : `${value.toFixed(1)}\u00a0ms`
}
