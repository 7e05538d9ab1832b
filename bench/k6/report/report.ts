import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Measurement } from '../measurement/measurement.ts'
import { shapes } from '../measurement/shapes.ts'
import { figure } from './chart.ts'
import { chartsOf } from './charts.ts'
import { clock, count, milliseconds, nothing, rate } from './format.ts'
import { text } from './text.ts'
import { timelineTable } from './timeline-table.ts'

const look = join(import.meta.dirname, '../../../functions/_runtime/page/look.css')
const style = join(import.meta.dirname, 'report.css')

/** One HTML file that needs no other: it is sent and kept like a picture. */
export async function reportOf(measurement: Measurement): Promise<string> {
  const { script, functions, verdict, seconds, intervalSeconds } = measurement
  const styles = await Promise.all([look, style].map((file) => readFile(file, 'utf8')))
  const title = `${script[0]?.toUpperCase()}${script.slice(1)} on ${functions.length > 1 ? 'all functions' : functions.join()}`
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${text(title)}: ${verdict.isPassed ? 'passed' : 'failed'}</title>`,
    `<style>${styles.join('\n')}</style>`,
    '<main>',
    '<p class="brand">quartet bench</p>',
    `<h1>${text(title)}</h1>`,
    `<p class="quiet">${text(shapes.find(({ name }) => name === script)?.purpose ?? '')} ${whenOf(measurement)}</p>`,
    verdictSection(measurement),
    keyFigures(measurement),
    '<section aria-label="Timeline">',
    ...chartsOf(measurement).map((chart) => figure(chart, seconds, intervalSeconds)),
    '</section>',
    '<h2>In numbers</h2>',
    timelineTable(measurement),
    explanation(measurement),
    '</main>',
    '</html>\n',
  ].join('\n')
}

function whenOf({ startedAt, seconds }: Measurement): string {
  const day = startedAt.slice(0, 10)
  return `<time datetime="${startedAt}">${day}, ${startedAt.slice(11, 16)} UTC</time>, ${clock(seconds)} in all.`
}

function verdictSection({ verdict: { isPassed, findings } }: Measurement): string {
  const items = findings.map(({ isMet, text: told }) => {
    return `<li class="${isMet ? 'met' : 'missed'}"><span class="spoken">${isMet ? 'Met: ' : 'Missed: '}</span>${text(told)}</li>`
  })
  return [
    `<section class="verdict ${isPassed ? 'passed' : 'not-passed'}" aria-labelledby="verdict">`,
    `<h2 id="verdict">${isPassed ? 'Passed' : 'Failed'}</h2>`,
    `<ul>${items.join('')}</ul>`,
    '</section>',
  ].join('\n')
}

function keyFigures({ totals, scale, isOnCluster }: Measurement): string {
  const { requests, succeeded, latency, cold, coldLatency, mostOffered } = totals
  const scales = Object.values(scale)
  const sum = (key: 'mostReady' | 'podSeconds'): number => scales.reduce((total, each) => total + each[key], 0)
  const figures: readonly (readonly [string, string])[] = [
    ['Requests', count(requests)],
    ['Failed', count(requests - succeeded)],
    ['Most a second', rate(mostOffered)],
    ['Half within', milliseconds(latency.p50)],
    ['99 of 100 within', milliseconds(latency.p99)],
    ['Longest', milliseconds(latency.max)],
    ['Cold answers', count(cold)],
    ...(isOnCluster
      ? ([
          ['Half of them within', cold > 0 ? milliseconds(coldLatency.p50) : nothing],
          ['Most pods ready', count(sum('mostReady'))],
          ['Pod-seconds', count(sum('podSeconds'))],
        ] as const)
      : []),
  ]
  const cells = figures.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`)
  return `<dl class="figures">${cells.join('')}</dl>`
}

function explanation({ isOnCluster, command, intervalSeconds, totals }: Measurement): string {
  const cold = isOnCluster
    ? `A cold answer is one to a request that was sent while no pod of the function was ready: it waited for one to start. ${count(totals.starts)} answers came from a process that had answered nothing before, as they say by Server-Timing: those of the first pods, and those of pods that joined while others answered.`
    : 'A cold answer is one from a process that had answered nothing before, as it says by Server-Timing. Whether others waited for a pod only a cluster can tell: quartet bench --kube asks it.'
  const terms: readonly (readonly [string, string])[] = [
    [
      'Offered',
      'the requests that were due: those that were sent, by the time they were, and those for which k6 had no user free.',
    ],
    ['Answered', 'answers with a status from 200 to 299, by the time they came.'],
    [
      'Time to answer, failed, cold',
      'by the time the request was sent, so that a wait stands where it began. p95 is what 95 of 100 answers took at most, to within 2 %. A row of the table has the worst of its seconds; rows that would repeat the one before are left out.',
    ],
    ['Cold', cold],
    ...(isOnCluster
      ? ([
          [
            'Pods',
            'wanted is what the autoscaler decided, ready those that take requests, there are also those that start or end. Pod-seconds are the sum of the time that pods were there.',
          ],
          [
            'Activator',
            'it holds requests while there is no pod for them, and is in the path as well while there is little room for a burst: the ServerlessService of the newest revision is in mode Proxy.',
          ],
        ] as const)
      : []),
  ]
  return [
    '<h2>How to read it</h2>',
    `<dl class="terms">${terms.map(([term, told]) => `<dt>${term}</dt><dd>${text(told)}</dd>`).join('')}</dl>`,
    `<p class="quiet small">Each point is ${intervalSeconds} s. Made by <code>${text(command)}</code>; <code>report.json</code> beside this file has the same values.</p>`,
  ].join('\n')
}
