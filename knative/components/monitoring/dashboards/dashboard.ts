/** A question to Prometheus, and the name of each series that answers it. */
interface Query {
  /** May have Grafana's $__rate_interval, and the dashboard's variables. */
  readonly expression: string
  /** With {{label}} for the value of a label. */
  readonly legend: string
}

interface Panel {
  readonly title: string
  /** What it is good for, where the title does not say. */
  readonly description?: string
  /** Grafana's name of it: https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
  readonly unit: Unit
  readonly queries: readonly Query[]
  /** One number instead of a chart. */
  readonly isNumber?: boolean
  /** Whether the chart goes below 0. */
  readonly isSigned?: boolean
}

type Unit = 'percentunit' | 'reqps' | 's' | 'short'

interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Dashboard {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly variables: readonly Variable[]
  readonly rows: readonly Row[]
}

/** What who looks may choose: a value of a label. */
interface Variable {
  readonly name: string
  /** The series whose label it is. */
  readonly of: string
  /** Whether several may be chosen, and all of them are to begin with. */
  readonly isMany?: boolean
}

/** A dashboard is 24 columns wide: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
const columns = 24
const chart = { width: 8, height: 8 }
const number = { width: 4, height: 4 }
/** How often the totals are scraped; Grafana makes $__rate_interval four times as long. */
const interval = '30s'
const datasource = { type: 'prometheus', uid: '${datasource}' }

/** @returns what Grafana imports */
export function grafanaOf({ name, title, description, variables, rows }: Dashboard): object {
  return {
    uid: `quartet-${name}`,
    title,
    description,
    tags: ['quartet'],
    // Of Grafana 11: newer ones migrate what they read.
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    links: [{ type: 'dashboards', title: 'Quartet', tags: ['quartet'], asDropdown: true, keepTime: true }],
    annotations: { list: [] },
    templating: { list: [sourceVariable, ...variables.map(grafanaVariable)] },
    panels: grafanaPanels(rows),
  }
}

const sourceVariable = { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }

function grafanaVariable({ name, of, isMany = false }: Variable): object {
  const query = `label_values(${of}, ${name})`
  return {
    name,
    type: 'query',
    datasource,
    definition: query,
    query: { query, refId: name },
    // When the range of time changes: a revision of last week is not one of today.
    refresh: 2,
    sort: 1,
    multi: isMany,
    includeAll: isMany,
    ...(isMany && { allValue: '.*', current: { text: 'All', value: '$__all' } }),
  }
}

function grafanaPanels(rows: readonly Row[]): object[] {
  const placed: object[] = []
  let y = 0
  for (const { title, panels } of rows) {
    placed.push({ id: placed.length + 1, type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: columns, h: 1 } })
    y += 1
    let x = 0
    let lineHeight = 0
    for (const panel of panels) {
      const { width, height } = panel.isNumber ? number : chart
      if (x + width > columns) {
        x = 0
        y += lineHeight
        lineHeight = 0
      }
      placed.push(grafanaPanel(panel, placed.length + 1, { x, y, w: width, h: height }))
      x += width
      lineHeight = Math.max(lineHeight, height)
    }
    y += lineHeight
  }
  return placed
}

function grafanaPanel(
  { title, description, unit, queries, isNumber = false, isSigned = false }: Panel,
  id: number,
  gridPos: object,
): object {
  return {
    id,
    type: isNumber ? 'stat' : 'timeseries',
    title,
    ...(description !== undefined && { description }),
    gridPos,
    datasource,
    interval,
    fieldConfig: {
      defaults: { unit, ...(!isSigned && { min: 0 }), ...(!isNumber && { custom: { fillOpacity: 10 } }) },
      overrides: [],
    },
    options: isNumber
      ? { reduceOptions: { calcs: ['lastNotNull'] } }
      : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
    targets: queries.map(({ expression, legend }, index) => ({
      refId: `${index + 1}`,
      datasource,
      expr: expression,
      legendFormat: legend,
    })),
  }
}
