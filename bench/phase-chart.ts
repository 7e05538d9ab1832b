interface Phase {
  readonly name: string
  readonly color: string
}

interface Bar {
  readonly name: string
  /** Milliseconds of each phase. */
  readonly medians: readonly number[]
}

/** Draws where time goes as SVG: a bar for each, with its phases in turn. */
export function drawPhases(phases: readonly Phase[], bars: readonly Bar[]): string {
  const [left, barHeight, longest] = [130, 30, 700]
  const sums = bars.map(({ medians }) => medians.reduce((sum, each) => sum + each, 0))
  const pixelsPerMs = longest / Math.max(...sums)
  const width = left + longest + 90
  const height = (bars.length + 1) * (barHeight + 10) + 20
  const legend = phases.map(({ name, color }, index) => {
    const x = left + index * 120
    return `<rect x="${x}" y="10" width="14" height="14" fill="${color}"/><text x="${x + 20}" y="22">${name}</text>`
  })
  const rows = bars.map(({ name, medians }, index) => {
    const y = 45 + index * (barHeight + 10)
    let x = left
    const boxes = medians.map((each, phase) => {
      const box = `<rect x="${x.toFixed(1)}" y="${y}" width="${(each * pixelsPerMs).toFixed(1)}" height="${barHeight}" fill="${phases[phase]?.color}"/>`
      x += each * pixelsPerMs
      return box
    })
    const total = `<text x="${(x + 6).toFixed(1)}" y="${y + 20}">${(sums[index] ?? 0).toFixed(0)} ms</text>`
    return `<text x="${left - 8}" y="${y + 20}" text-anchor="end">${name}</text>${boxes.join('')}${total}`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...legend,
    ...rows,
    '</svg>\n',
  ].join('\n')
}
