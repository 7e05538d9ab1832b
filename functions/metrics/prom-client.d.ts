// prom-client's own entry loads its default metrics, push gateway and cluster support: 66 KB where the two classes that are
// used here are a few. They are imported by their files, for which the package has no types.
declare module 'prom-client/lib/registry.js' {
  import { Registry } from 'prom-client'
  export default Registry
}
declare module 'prom-client/lib/gauge.js' {
  import { Gauge } from 'prom-client'
  export default Gauge
}
