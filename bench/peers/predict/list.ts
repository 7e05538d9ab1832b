import { axum } from './axum/peer.ts'
import { fastapi } from './fastapi/peer.ts'
import { functionsFramework } from './functions-framework/peer.ts'
import { litserve } from './litserve/peer.ts'
import type { PredictPeer } from './predict-peer.ts'

/** What predict is compared with. */
export const peers: readonly PredictPeer[] = [axum, functionsFramework, fastapi, litserve]
