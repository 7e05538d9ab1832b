import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

import { buildWithCargo } from '../../cargo.ts'
import type { PredictPeer } from '../predict-peer.ts'

const folder = import.meta.dirname
const onnxruntime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))

/** Rust: axum, serde and `ort`, with the ONNX Runtime that onnxruntime-node brings. */
export const axum: PredictPeer = {
  name: 'axum',
  tools: ['cargo'],
  build: () => buildWithCargo(folder),
  command: [join(folder, 'target/release/predict-axum')],
  env: {
    ORT_DYLIB_PATH: join(onnxruntime, 'bin/napi-v6', process.platform, process.arch, 'libonnxruntime.so.1'),
  },
  octetsPath: '/predict',
}
