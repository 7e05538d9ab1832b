import { join } from 'node:path'

import type { PredictPeer } from '../predict-peer.ts'
import { PythonEnvironment } from '../../python-environment.ts'

const folder = import.meta.dirname
const python = new PythonEnvironment(folder)

/** Python: LitServe with its batching, and onnxruntime. */
export const litserve: PredictPeer = {
  name: 'litserve',
  tools: ['python3'],
  build: () => python.build(),
  command: [python.program('python'), join(folder, 'server.py')],
}
