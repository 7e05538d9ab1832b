import {
  configure,
  SettingsError,
  type EffectiveSetting,
  type Environment,
  type Finding,
} from '../../functions/_runtime/settings/configuration.ts'
import { functions } from '../../functions/list.ts'
import { unnamedDatabase } from '../database-urls.ts'
import { poolFindings } from '../pool-sizes.ts'
import type { EffectiveSettings } from '../settings-report.ts'
import { isKnativeService, workloadOf, type Manifest } from './manifest.ts'

const maxScale = 'autoscaling.knative.dev/max-scale'

/**
 * Finds the settings that the functions will have on the cluster.
 * @throws SettingsError with all that is wrong in any of them, and with pools that do not fit their server at max-scale
 */
export async function deployedSettings(manifests: readonly Manifest[]): Promise<EffectiveSettings> {
  const findings: Finding[] = []
  const effective = new Map<string, readonly EffectiveSetting[]>()
  const services = manifests.filter(isKnativeService)
  for (const [name, load] of Object.entries(functions)) {
    const service = services.find(({ metadata }) => metadata.name === name)
    if (!service) continue
    const { definition } = await load()
    const env = environmentOf(service)
    const place = (finding: Finding): Finding => ({ ...finding, place: `${name} in the overlay, ${finding.place}` })
    try {
      effective.set(name, configure(name, definition.settings, { env }).effective)
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      findings.push(...error.findings.map(place))
    }
    findings.push(...scaleFindings(service, env).map(place))
  }
  findings.push(...poolFindings(effective))
  if (findings.length > 0) throw new SettingsError(findings)
  return effective
}

/** What the container will have in its environment, as far as it stands in the manifest. */
function environmentOf(service: Manifest): Environment {
  const [container] = workloadOf(service)?.spec.template.spec.containers ?? []
  const variables = (container?.env ?? []).flatMap(({ name, value, valueFrom }): [string, string][] => {
    if (value !== undefined) return [[name, value]]
    // Which database it is, only the Secret says; that there is one is enough to reckon with.
    return valueFrom?.secretKeyRef && name.endsWith('DATABASE_URL') ? [[name, unnamedDatabase]] : []
  })
  return Object.fromEntries(variables)
}

/** The number of pods that pools are reckoned with is the one that Knative holds to. */
function scaleFindings(service: Manifest, env: Environment): Finding[] {
  const annotated = workloadOf(service)?.spec.template.metadata?.annotations?.[maxScale]
  const set = env[`${service.metadata.name.toUpperCase()}_SCALE_MAX`] ?? env['SCALE_MAX']
  if (annotated === undefined || set === undefined || annotated === set) return []
  const detail = `${set}, while the annotation ${maxScale} is ${annotated}. Pools are reckoned with the first, and Knative makes pods up to the second.`
  return [{ place: 'environment SCALE_MAX', setting: 'scale.max', detail }]
}
