import type { EffectiveSetting, Finding } from '../functions/_runtime/settings/configuration.ts'
import type { EffectiveSettings } from './settings-report.ts'

/** PostgreSQL keeps these for superusers (superuser_reserved_connections). */
const reservedConnections = 3

/** With each of these a process has a connection more: to send events, and to listen for changes while requests wait. */
const settingsOfConnections = ['events.sink', 'watch.places']
/** So many connections more a process has for exports and imports. */
const bulkSetting = 'bulk.atOnce'

/** On a connection of its own a process keeps its counts in a database that this names. */
const telemetrySetting = 'telemetry.databaseUrl'

const terms = ['database.poolSize', 'scale.max', 'database.serverConnections']

interface Demand {
  /** Connections that the pools of all pods at full scale take. */
  readonly needed: number
  /** Connections that the server has for them. */
  readonly available: number
  /** How that was reckoned: `configs 5 x 10 pods`. */
  readonly sum: string
}

/** Reckons what the functions ask of their database server; undefined where none has one. */
export function connectionDemand(effective: EffectiveSettings): Demand | undefined {
  const pools = [...effective].flatMap(([name, settings]) => {
    const [poolSize = Number.NaN, pods = Number.NaN, server = Number.NaN] = terms.map((term) =>
      Number(find(settings, term)?.value),
    )
    // Without an address it makes no pool, whatever is said of its size.
    const hasPool = find(settings, 'database.url') !== undefined
    const beside = settingsOfConnections.filter((setting) => find(settings, setting)).length
    const ofPool = hasPool ? poolSize + beside + Number(find(settings, bulkSetting)?.value ?? 0) : 0
    const connections = ofPool + (find(settings, telemetrySetting) ? 1 : 0)
    if (connections === 0) return []
    return [{ needed: connections * pods, server, sum: `${name} ${connections} x ${pods} pods` }]
  })
  if (pools.length === 0) return undefined
  return {
    needed: pools.reduce((sum, { needed }) => sum + needed, 0),
    // Who has no pool is not told how many the server has.
    available: Math.min(...pools.flatMap(({ server }) => (Number.isNaN(server) ? [] : server))) - reservedConnections,
    sum: pools.map(({ sum }) => sum).join(', '),
  }
}

/** Checks that the pools of all pods at full scale fit the database server. */
export function poolFindings(effective: EffectiveSettings): Finding[] {
  const demand = connectionDemand(effective)
  if (!demand || demand.needed <= demand.available) return []
  const { needed, available, sum } = demand
  const detail =
    `At full scale the pools take ${needed} connections (${sum}), and the server has ${available}. ` +
    'Lower database.poolSize or scale.max, or raise database.serverConnections with the server.'
  const { setting, place } = culprit(effective)
  return [{ place, setting, detail }]
}

/** The setting to begin with: one that somebody has set. */
function culprit(effective: EffectiveSettings): { readonly setting: string; readonly place: string } {
  const candidates = [...effective.values()].flatMap((settings) => {
    return terms.flatMap((term) => find(settings, term) ?? [])
  })
  const chosen = candidates.find(({ origin }) => origin !== 'default') ?? candidates[0]
  return { setting: chosen?.path.join('.') ?? '', place: chosen?.origin ?? '' }
}

function find(settings: readonly EffectiveSetting[], path: string): EffectiveSetting | undefined {
  return settings.find((each) => each.path.join('.') === path)
}
