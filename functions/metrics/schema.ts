import { RuntimeSettings } from '../_runtime/settings.ts'

export const MetricsSettings = RuntimeSettings
