import { expect, test } from 'vitest'

import { preferredType } from './accept.ts'

const offered = ['application/json', 'text/html'] as const

test.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['image/png', 'application/json'],
  ['text/html', 'text/html'],
  ['text/*', 'text/html'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
  ['application/json, text/html', 'application/json'],
  ['text/html, application/json', 'text/html'],
  ['text/html;q=0.5, application/json', 'application/json'],
  ['TEXT/HTML; Q=0.9, application/*;q=0.8', 'text/html'],
  ['text/html;q=0', 'application/json'],
  ['application/json;q=0, */*', 'text/html'],
  ['text/html;q=x', 'application/json'],
])('who accepts %s gets %s', (accept, type) => {
  expect(preferredType(accept, offered)).toBe(type)
})
