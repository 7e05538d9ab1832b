import { join } from 'node:path'

import { connections } from '../../../conditions.ts'
import type { ConfigsPeer } from '../configs-peer.ts'
import { createTables } from '../tables.ts'
import { PythonEnvironment } from '../../python-environment.ts'

const folder = import.meta.dirname
const python = new PythonEnvironment(folder)

/** Python: FastAPI and pydantic under uvicorn, with asyncpg. */
export const fastapi: ConfigsPeer = {
  name: 'fastapi',
  tools: ['python3'],
  build: () => python.build(),
  command: [python.program('python'), join(folder, 'app.py')],
  // A connection for each request that comes at once.
  env: { DATABASE_POOL_SIZE: String(connections) },
  createTables,
}
