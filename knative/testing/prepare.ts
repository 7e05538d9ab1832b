import type { TestProject } from 'vitest/node'

import { tellKnativeMetrics } from '../components/monitoring/testing/knative-metrics.ts'
import { requireCluster } from './cluster.ts'
import { addCustomResources } from './custom-resources.ts'
import { deliverImages, wayOf, type Images } from './images.ts'

declare module 'vitest' {
  interface ProvidedContext {
    images: Images
  }
}

/** Before the first file: the cluster is there, has what all of it share, and has the images of this run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const way = wayOf()
  await requireCluster()
  // Files run beside each other: what one of them took away, or started anew, another would miss.
  await tellKnativeMetrics()
  const removeCustomResources = await addCustomResources()
  project.provide('images', await deliverImages(way))
  return removeCustomResources
}
