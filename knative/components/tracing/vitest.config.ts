import { join } from 'node:path'

import { defineConfig } from 'vitest/config'

/** `npm run test:tracing`: needs `jaeger` on the PATH, 1.65, and bundles. */
export default defineConfig({
  root: join(import.meta.dirname, '../../..'),
  test: {
    include: ['**/*.tracing-test.ts'],
    exclude: ['node_modules', 'dist'],
    globalSetup: './scripts/local/postgres-for-tests.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.quartet/tracing.json' }]] : ['default'],
  },
})
