import * as z from 'zod/mini'

import { Scale } from './scale.ts'
import { Threshold } from './thresholds.ts'

const Quantiles = z.object({
  p50: z.optional(z.number()),
  p95: z.optional(z.number()),
  p99: z.optional(z.number()),
  max: z.optional(z.number()),
})
export type Quantiles = z.output<typeof Quantiles>

/** A moment of a load; rates are a second. */
const Moment = z.object({
  /** Seconds since the measurement began. */
  at: z.number(),
  /** Requests that were due. */
  offered: z.number(),
  /** Answers with a status of success. */
  achieved: z.number(),
  /** Requests, by when they were sent. */
  failed: z.number(),
  cold: z.number(),
  /** In milliseconds, of the requests that were sent in it. */
  latency: Quantiles,
  /** By function; empty where no cluster was asked. */
  scale: z.record(z.string(), Scale),
})
export type Moment = z.output<typeof Moment>

const FunctionScale = z.object({
  atBegin: z.number(),
  mostWanted: z.number(),
  mostReady: z.number(),
  atEnd: z.number(),
  /** What was paid for: the sum of the seconds of each pod, from when it was made until it was gone. */
  podSeconds: z.number(),
})

const Finding = z.object({ text: z.string(), isMet: z.boolean() })
export type Finding = z.output<typeof Finding>

/** Whether a load went as it should, in words. */
const Verdict = z.object({ isPassed: z.boolean(), findings: z.array(Finding) })
export type Verdict = z.output<typeof Verdict>

/** What came of a load: the JSON beside a report. */
export const Measurement = z.object({
  script: z.string(),
  functions: z.array(z.string()),
  /** ISO 8601. */
  startedAt: z.string(),
  /** The command that makes another. */
  command: z.string(),
  seconds: z.number(),
  intervalSeconds: z.number(),
  /** Whether a cluster told of its pods. */
  isOnCluster: z.boolean(),
  totals: z.object({
    requests: z.number(),
    succeeded: z.number(),
    /** Requests that were due, and not sent. */
    dropped: z.number(),
    /** By what went wrong, such as `status 503`. */
    failures: z.record(z.string(), z.number()),
    /** Requests that found no pod; without a cluster, answers of processes that had just started. */
    cold: z.number(),
    /** Answers of processes that had just started, as they say by Server-Timing. */
    starts: z.number(),
    /** Milliseconds. */
    latency: Quantiles,
    coldLatency: Quantiles,
    mostOffered: z.number(),
    byFunction: z.record(z.string(), z.object({ requests: z.number(), succeeded: z.number(), latency: Quantiles })),
  }),
  scale: z.record(z.string(), FunctionScale),
  thresholds: z.array(Threshold),
  verdict: Verdict,
  moments: z.array(Moment),
})
export type Measurement = z.output<typeof Measurement>
