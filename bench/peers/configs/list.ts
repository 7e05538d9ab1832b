import type { ConfigsPeer } from './configs-peer.ts'
import { axum } from './axum/peer.ts'
import { fastapi } from './fastapi/peer.ts'
import { flask } from './flask/peer.ts'

/** What configs is compared with. */
export const peers: readonly ConfigsPeer[] = [axum, fastapi, flask]
