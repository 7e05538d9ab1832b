import { defineConfig } from 'vitest/config'

import suite from '../../knative/vitest.config.ts'

/** `npm run test:rollout`: every fault by every strategy, on the cluster that the cluster suite takes. */
export default defineConfig({
  ...suite,
  test: { ...suite.test, include: ['scripts/rollout/*.rollout-test.ts'], testTimeout: 420_000 },
})
