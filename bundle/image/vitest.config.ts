import { join } from 'node:path'

import { defineConfig } from 'vitest/config'

/** `npm run test:image`: needs runc, root to run it, and what the images are made of, some of it downloaded. */
export default defineConfig({
  root: join(import.meta.dirname, '../..'),
  test: {
    include: ['bundle/image/*.image-test.ts'],
    globalSetup: './scripts/local/postgres-for-tests.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.quartet/image.json' }]] : ['default'],
  },
})
