import { bundleOf } from '../bundle.ts'
import type { PredictPeer } from './predict-peer.ts'

export const predict: PredictPeer = { ...bundleOf('predict'), octetsPath: '/predict' }
