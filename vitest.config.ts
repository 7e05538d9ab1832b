import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules', 'dist'],
    globalSetup: './scripts/local/postgres-for-tests.ts',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // CI counts the tests from the file.
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.quartet/vitest.json' }]] : ['default'],
  },
})
