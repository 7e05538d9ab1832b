import { join } from 'node:path'

import { connections } from '../../../conditions.ts'
import type { ConfigsPeer } from '../configs-peer.ts'
import { createTables } from '../tables.ts'
import { PythonEnvironment } from '../../python-environment.ts'

const folder = import.meta.dirname
const python = new PythonEnvironment(folder)

/** Python: Flask under gunicorn, with psycopg and its pool. */
export const flask: ConfigsPeer = {
  name: 'flask',
  tools: ['python3'],
  build: () => python.build(),
  command: [python.program('gunicorn'), `--config=${join(folder, 'gunicorn.conf.py')}`, `--chdir=${folder}`, 'app:app'],
  // A connection for each request that comes at once.
  env: { DATABASE_POOL_SIZE: String(connections) },
  createTables,
}
