import { axum } from './axum/peer.ts'
import { fastapi } from './fastapi/peer.ts'
import { functionsFramework } from './functions-framework/peer.ts'
import { litserve } from './litserve/peer.ts'
import type { Peer } from './peer.ts'

/** What predict is compared with. */
export const peers: readonly Peer[] = [axum, functionsFramework, fastapi, litserve]
