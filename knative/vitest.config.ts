import { join } from 'node:path'

import { defineConfig } from 'vitest/config'

/** `npm run test:cluster`: needs KUBECONFIG, kubectl and kn, and a way for images to get there. */
export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: {
    include: ['**/*.cluster-test.ts'],
    exclude: ['node_modules', 'dist'],
    globalSetup: './knative/testing/prepare.ts',
    // A small cluster has room for the pods of one file.
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.quartet/cluster.json' }]] : ['default'],
  },
})
