import { join } from 'node:path'

import type { PredictPeer } from '../predict-peer.ts'

const framework = join(import.meta.dirname, '../../../../node_modules/.bin/functions-framework')

/** Node: functions-framework, zod and onnxruntime-node, as npm installs them. */
export const functionsFramework: PredictPeer = {
  name: 'functions-framework',
  tools: [],
  build: () => {},
  command: [process.execPath, framework, '--target=predict', `--source=${import.meta.dirname}`],
  env: { NODE_ENV: 'production' },
}
