// prom-client's own entry loads its default metrics, push gateway and cluster support: 66 KB where the three classes
// that are used here are 13. They are imported by their files, for which the package has no types.
declare module 'prom-client/lib/registry.js' {
  import { Registry } from 'prom-client'
  export default Registry
}
declare module 'prom-client/lib/counter.js' {
  import { Counter } from 'prom-client'
  export default Counter
}
declare module 'prom-client/lib/histogram.js' {
  import { Histogram } from 'prom-client'
  export default Histogram
}
