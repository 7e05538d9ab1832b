// The parts of the OCI image specification that are read or written here: https://github.com/opencontainers/image-spec
import * as z from 'zod/mini'

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
} as const

export const Descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().check(z.regex(/^sha256:[0-9a-f]{64}$/)),
  size: z.int(),
  platform: z.optional(z.object({ os: z.string(), architecture: z.string() })),
})
export type Descriptor = z.output<typeof Descriptor>

export const Index = z.object({ manifests: z.array(Descriptor) })
export const Manifest = z.object({ config: Descriptor, layers: z.array(Descriptor) })

const ProcessConfig = z.object({
  User: z.optional(z.string()),
  Env: z.optional(z.array(z.string())),
  Entrypoint: z.optional(z.array(z.string())),
  Cmd: z.optional(z.array(z.string())),
  WorkingDir: z.optional(z.string()),
  Labels: z.optional(z.record(z.string(), z.string())),
})
/** How a process of an image is run. */
export type ProcessConfig = z.output<typeof ProcessConfig>

export const ImageConfig = z.object({
  os: z.string(),
  architecture: z.string(),
  config: z.optional(ProcessConfig),
  rootfs: z.object({ diff_ids: z.array(z.string()) }),
})
export type ImageConfig = z.output<typeof ImageConfig>
