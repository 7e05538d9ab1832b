import { join } from 'node:path'

import type { PredictPeer } from '../predict-peer.ts'
import { PythonEnvironment } from '../../python-environment.ts'

const folder = import.meta.dirname
const python = new PythonEnvironment(folder)

/** Python: FastAPI and pydantic under uvicorn, with onnxruntime. */
export const fastapi: PredictPeer = {
  name: 'fastapi',
  tools: ['python3'],
  build: () => python.build(),
  command: [python.program('python'), join(folder, 'app.py')],
  octetsPath: '/predict/octets',
}
