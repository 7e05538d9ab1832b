import type { RouteShape } from '../function/route.ts'
import type { RouteKey } from '../function/router.ts'

/** @returns what a token must allow at a function's own route; undefined where none is asked for */
export function scopeOf(functionName: string, key: RouteKey, { scope, isOpen, probe }: RouteShape): string | undefined {
  if (isOpen || probe) return undefined
  return scope ?? `${functionName}:${key.startsWith('GET ') ? 'read' : 'write'}`
}
