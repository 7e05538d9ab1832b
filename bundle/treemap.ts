import type { Report } from './report.ts'

interface Part {
  readonly part: string
  readonly bytes: number
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const mapWidth = 620
const mapHeight = 340
const titleHeight = 34
const gap = 20
const fontSize = 12
// Of a letter, as a part of the size of the font.
const letterWidth = 0.58
const colors = { ours: '#2f6f4f', packages: '#31598c' } as const

/** Draws what bundles are made of, in SVG: each part as large as its bytes, ours in green and packages in blue. */
export function treemapOf(reports: readonly Report[]): string {
  const columns = 2
  const rows = Math.ceil(reports.length / columns)
  const width = columns * (mapWidth + gap) + gap
  const height = rows * (mapHeight + titleHeight + gap) + gap
  const maps = reports.map((report, index) => {
    const x = gap + (index % columns) * (mapWidth + gap)
    const y = gap + Math.floor(index / columns) * (mapHeight + titleHeight + gap)
    return mapOf(report, { x, y, width: mapWidth, height: mapHeight })
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="${fontSize}">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...maps,
    '</svg>\n',
  ].join('\n')
}

function mapOf({ name, bundleBytes, largest }: Report, { x, y, width, height }: Box): string {
  const title = `<text x="${x}" y="${y + 20}" font-size="18" font-weight="bold">${name}: ${kilobytes(bundleBytes)}</text>`
  const parts = largest.filter(({ bytes }) => bytes > 0)
  return [title, ...boxesOf(parts, { x, y: y + titleHeight, width, height }).map(drawn)].join('\n')
}

/** Halves the parts by weight and the box across its longer side, until each part has its own. */
export function boxesOf(parts: readonly Part[], box: Box): (Part & { readonly box: Box })[] {
  const [first, ...others] = parts
  if (!first) return []
  if (others.length === 0) return [{ ...first, box }]
  const total = weightOf(parts)
  let count = 1
  while (count < parts.length - 1 && weightOf(parts.slice(0, count + 1)) <= total / 2) count += 1
  const share = weightOf(parts.slice(0, count)) / total
  const [one, other] = split(box, share)
  return [...boxesOf(parts.slice(0, count), one), ...boxesOf(parts.slice(count), other)]
}

function split({ x, y, width, height }: Box, share: number): [Box, Box] {
  if (width >= height) {
    const first = width * share
    return [
      { x, y, width: first, height },
      { x: x + first, y, width: width - first, height },
    ]
  }
  const first = height * share
  return [
    { x, y, width, height: first },
    { x, y: y + first, width, height: height - first },
  ]
}

function weightOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { bytes }) => sum + bytes, 0)
}

function drawn({ part, bytes, box: { x, y, width, height } }: Part & { readonly box: Box }): string {
  const color = part.startsWith('functions/') ? colors.ours : colors.packages
  const place = `x="${x.toFixed(1)}" y="${y.toFixed(1)}"`
  const size = `width="${width.toFixed(1)}" height="${height.toFixed(1)}"`
  const title = `<title>${part} ${kilobytes(bytes)}</title>`
  const isReadable = part.length * fontSize * letterWidth < width - 8
  const lines = isReadable ? [part, kilobytes(bytes)] : []
  const texts = lines.slice(0, Math.floor((height - 4) / (fontSize + 3))).map((line, index) => {
    const top = y + (index + 1) * (fontSize + 3)
    return `<text x="${(x + 5).toFixed(1)}" y="${top.toFixed(1)}" fill="#fff">${line}</text>`
  })
  return `<g>${title}<rect ${place} ${size} fill="${color}" stroke="#fff"/>${texts.join('')}</g>`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`
}
