import type { EffectiveSetting, Finding } from '../functions/_runtime/configuration.ts'

/** PostgreSQL keeps these for superusers (superuser_reserved_connections). */
const reservedConnections = 3

/** Checks that the pools of all pods at full scale fit the database server. */
export function poolFindings(effective: ReadonlyMap<string, readonly EffectiveSetting[]>): Finding[] {
  const pools = [...effective].flatMap(([name, settings]) => {
    const number = (path: string): number => Number(settings.find((each) => each.path.join('.') === path)?.value)
    const poolSize = number('database.poolSize')
    const pods = number('scale.max')
    if (Number.isNaN(poolSize)) return []
    const terms = `${name} ${poolSize} x ${pods} pods`
    const server = number('database.serverConnections')
    return [{ terms, connections: poolSize * pods, server, place: originOf(settings, 'database.poolSize') }]
  })
  const needed = pools.reduce((sum, { connections }) => sum + connections, 0)
  const available = Math.min(...pools.map(({ server }) => server)) - reservedConnections
  const [first] = pools
  if (!first || needed <= available) return []
  const detail =
    `At full scale the pools take ${needed} connections (${pools.map(({ terms }) => terms).join(', ')}), ` +
    `and the server has ${available}. Lower database.poolSize or scale.max, or raise database.serverConnections with the server.`
  return [{ place: first.place, setting: 'database.poolSize', detail }]
}

function originOf(settings: readonly EffectiveSetting[], path: string): string {
  return settings.find((each) => each.path.join('.') === path)?.origin ?? 'default'
}
