import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules', 'dist'],
    globalSetup: './scripts/local/postgres-for-tests.ts',
    // Files wait for sockets, browsers and databases more than they compute: vitest's one core less is one too few.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // CI counts the tests from the file.
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.quartet/vitest.json' }]] : ['default'],
  },
})
