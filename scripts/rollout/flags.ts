/** An option of the command line that sets an option of a file. */
export interface Flag {
  readonly flag: string
  readonly argument: string
  readonly path: readonly [string, ...string[]]
  readonly isNumber?: true
  readonly help: string
}

export const flags: readonly Flag[] = [
  { flag: '--image', argument: 'reference', path: ['image'], help: 'the image of the new revision' },
  { flag: '--strategy', argument: 'name', path: ['strategy'], help: 'canary or blue-green' },
  { flag: '--steps', argument: 'steps', path: ['steps'], help: 'of a canary: shares in percent and pauses, or manual' },
  {
    flag: '--promotion',
    argument: 'how',
    path: ['promotion'],
    help: 'of blue-green: automatic, or manual by `quartet rollout promote`',
  },
  { flag: '--delay', argument: 'duration', path: ['delay'], help: 'of blue-green: how long the preview is looked at' },
  { flag: '--keep', argument: 'duration', path: ['keep'], help: 'how long the old revision is kept warm afterwards' },
  { flag: '--ready-timeout', argument: 'duration', path: ['readyTimeout'], help: 'to become ready' },
  {
    flag: '--prometheus',
    argument: 'url',
    path: ['analysis', 'prometheus'],
    help: 'the Prometheus that is asked',
  },
  {
    flag: '--series',
    argument: 'name',
    path: ['analysis', 'series'],
    help: 'of what the default metrics are made: queue-proxy or kourier',
  },
  { flag: '--interval', argument: 'duration', path: ['analysis', 'interval'], help: 'between two measurements' },
  {
    flag: '--count',
    argument: 'number',
    path: ['analysis', 'count'],
    isNumber: true,
    help: 'how often each metric must pass in each step',
  },
  {
    flag: '--failure-limit',
    argument: 'number',
    path: ['analysis', 'failureLimit'],
    isNumber: true,
    help: 'how many failures of a metric in a step are borne',
  },
  {
    flag: '--initial-delay',
    argument: 'duration',
    path: ['analysis', 'initialDelay'],
    help: 'from the beginning of a step to its first measurement',
  },
  { flag: '--window', argument: 'duration', path: ['analysis', 'window'], help: 'how far back a measurement looks' },
  {
    flag: '--minimum-requests',
    argument: 'number',
    path: ['analysis', 'minimumRequests'],
    isNumber: true,
    help: 'with fewer in the window there is nothing to judge',
  },
  {
    flag: '--data-timeout',
    argument: 'duration',
    path: ['analysis', 'dataTimeout'],
    help: 'for how long there may be nothing to judge',
  },
  {
    flag: '--load-rate',
    argument: 'number',
    path: ['load', 'rate'],
    isNumber: true,
    help: 'requests a second that a Job sends to each of the two revisions; 0 for none',
  },
]
