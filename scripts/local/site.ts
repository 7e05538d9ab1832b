import type { Dispatch } from '../../functions/_runtime/host/node.ts'
import type { FunctionInstance } from '../../functions/_runtime/function/instance.ts'

/** Where every path of a function is, whatever the others have: /functions/predict/openapi.json */
const mount = /^\/functions\/([^/?]+)(\/.*)$/

/**
 * Serves several functions at one address. What is a function's own is at the root too (/configs, /predict ...); what
 * all have is under /functions/NAME only; the rest is for the start page.
 */
export function siteOf(start: FunctionInstance, instances: readonly FunctionInstance[]): Dispatch {
  const byName = new Map(instances.map((instance) => [instance.name, instance]))
  return (request) => {
    const target = request.url ?? '/'
    const [, name = '', rest = ''] = mount.exec(target) ?? []
    const mounted = byName.get(name)
    if (mounted && (pathOf(rest) !== '/' || mounted.owns('/'))) {
      request.url = rest
      return mounted
    }
    const path = pathOf(target)
    if (path === '/') return start
    return instances.find((instance) => instance.owns(path)) ?? start
  }
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? ''
}
