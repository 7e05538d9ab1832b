// Draws a trace that a Jaeger has, as SVG: `node knative/components/tracing/waterfall.ts TRACE_ID [JAEGER_URL] > trace.svg`.
import { JaegerApi, type StoredSpan } from './jaeger-api.ts'

const [id, url = 'http://127.0.0.1:16686'] = process.argv.slice(2)
if (id === undefined) {
  process.stderr.write('usage: node knative/components/tracing/waterfall.ts TRACE_ID [JAEGER_URL] > trace.svg\n')
  process.exit(2)
}
const spans = await new JaegerApi(url).trace(id)
if (spans.length === 0) {
  process.stderr.write(`${url} has no trace ${id}. What was asked a moment ago may still be on its way.\n`)
  process.exit(1)
}
process.stdout.write(waterfall(spans))

interface Row {
  readonly span: StoredSpan
  readonly depth: number
}

function waterfall(all: readonly StoredSpan[]): string {
  const rows = rowsOf(all)
  const rowHeight = 22
  const [left, width, top, right] = [380, 700, 44, 90]
  const begin = Math.min(...all.map(({ startUs }) => startUs))
  const end = Math.max(...all.map(({ startUs, durationUs }) => startUs + durationUs))
  const scale = width / Math.max(1, end - begin)
  const services = [...new Set(all.map(({ service }) => service))]
  const colors = ['#4269d0', '#ff725c', '#6cc5b0', '#efb118', '#a463f2', '#97bbf5', '#9c6b4e', '#3ca951']
  const height = top + rows.length * rowHeight + 12
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const x = left + part * width
    const label = `<text x="${x}" y="${top - 10}" text-anchor="middle">${milliseconds((end - begin) * part)}</text>`
    return `<line x1="${x}" x2="${x}" y1="${top - 4}" y2="${height - 8}" stroke="#ddd"/>${label}`
  })
  const bars = rows.map(({ span, depth }, index) => {
    const y = top + index * rowHeight
    const x = left + (span.startUs - begin) * scale
    const color = colors[services.indexOf(span.service) % colors.length]
    const bar = `<rect x="${x}" y="${y + 4}" width="${Math.max(1.5, span.durationUs * scale)}" height="${rowHeight - 8}" rx="2" fill="${color}"/>`
    const after = x + Math.max(1.5, span.durationUs * scale) + 5
    const took = `<text x="${after}" y="${y + 15}" fill="#666">${milliseconds(span.durationUs)}</text>`
    const service = `<tspan fill="${color}" font-weight="600">${escaped(span.service)}</tspan>`
    const name = `<text x="${10 + depth * 12}" y="${y + 15}">${service} ${escaped(shortened(span.name, 44 - depth))}</text>`
    return bar + took + name
  })
  const size = `width="${left + width + right}" height="${height}"`
  const font = 'font-family="system-ui, sans-serif" font-size="12"'
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font}><rect width="100%" height="100%" fill="#fff"/>${[...ticks, ...bars].join('\n')}</svg>\n`
}

/** Each span below the one that it was done for. */
function rowsOf(all: readonly StoredSpan[]): Row[] {
  const ids = new Set(all.map(({ id: own }) => own))
  const below = Map.groupBy(all, ({ parentId }) => (parentId !== undefined && ids.has(parentId) ? parentId : ''))
  const rowsBelow = (parent: string, depth: number): Row[] => {
    return (below.get(parent) ?? []).flatMap((span) => [{ span, depth }].concat(rowsBelow(span.id, depth + 1)))
  }
  return rowsBelow('', 0)
}

function milliseconds(microseconds: number): string {
  return `${(microseconds / 1000).toFixed(microseconds < 10_000 ? 2 : 0)} ms`
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
