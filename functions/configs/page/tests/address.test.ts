import { expect, test } from 'vitest'

import { hashOf, placeAt, type Place } from '../address.ts'

const places: readonly Place[] = [
  { view: 'list' },
  { view: 'new' },
  { view: 'document', name: 'new' },
  { view: 'document', name: 'A-1.b_c' },
  { view: 'history', name: 'versions' },
  { view: 'history', name: 'edge', version: '17' },
]

test.each(places)('%j has an address', (place) => {
  expect(placeAt(hashOf(place))).toEqual(place)
})

test.each(['', '#', '#/', '#/..', '#/a/b', '#/a/versions/x', '#/<img>', '#config'])('at %j is the list', (hash) => {
  expect(placeAt(hash)).toEqual({ view: 'list' })
})
