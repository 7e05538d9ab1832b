import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import type { Peer } from '../peer.ts'

const folder = import.meta.dirname
const onnxruntime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))

/** Rust: axum, serde and `ort`, with the ONNX Runtime that onnxruntime-node brings. */
export const axum: Peer = {
  name: 'axum',
  tools: ['cargo'],
  build: () => {
    const argv = ['build', '--release', '--locked', '--quiet']
    execFileSync('cargo', argv, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  },
  command: [join(folder, 'target/release/predict-axum')],
  env: {
    ORT_DYLIB_PATH: join(onnxruntime, 'bin/napi-v6', process.platform, process.arch, 'libonnxruntime.so.1'),
  },
  octetsPath: '/predict',
}
