import { join } from 'node:path'

import { defineConfig } from 'vitest/config'

/** `npm run test:cluster`: needs KUBECONFIG, kubectl and kn, and a way for images to get there. */
export default defineConfig({
  root: join(import.meta.dirname, '..'),
  test: {
    include: ['**/*.cluster-test.ts'],
    exclude: ['node_modules', 'dist'],
    globalSetup: './knative/testing/prepare.ts',
    // They wait for pods more than they compute; a cluster of two processors has room for the pods of two files.
    maxWorkers: 2,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.quartet/cluster.json' }]] : ['default'],
  },
})
