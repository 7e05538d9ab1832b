import type { TestProject } from 'vitest/node'

import { requireCluster } from './cluster.ts'
import { deliverImages, wayOf, type Images } from './images.ts'

declare module 'vitest' {
  interface ProvidedContext {
    images: Images
  }
}

/** Before the first file: the cluster is there, and has the images of this run. */
export async function setup(project: TestProject): Promise<void> {
  const way = wayOf()
  await requireCluster()
  project.provide('images', await deliverImages(way))
}
