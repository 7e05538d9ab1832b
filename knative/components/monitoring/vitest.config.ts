import { join } from 'node:path'

import { defineConfig } from 'vitest/config'

/** `npm run test:monitoring`: what the cluster suite has no time for. It needs what that needs, and `flagger` on the PATH. */
export default defineConfig({
  root: join(import.meta.dirname, '../../..'),
  test: {
    include: ['**/*.monitoring-test.ts'],
    exclude: ['node_modules', 'dist'],
    globalSetup: './knative/testing/prepare.ts',
    fileParallelism: false,
    testTimeout: 420_000,
    hookTimeout: 240_000,
  },
})
