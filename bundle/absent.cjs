// Stands in a bundle for parts of pino that a function does not use: it writes through an output of its own, and has no
// worker threads. Loading the real ones took 5 ms of every start.
module.exports = function Absent() {
  throw new Error('pino was asked for an output that is not in this bundle; see bundle/absent.cjs.')
}
