/** What a chapter needs is found by the names that stand in files, whatever the base path, and nothing of another chapter comes along. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Contents } from './contents.ts'
import { listContents } from './list-contents.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-contents-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function site(base: string): Record<string, string> {
  const at = (name: string) => `${base}${name}`
  return {
    'en/index.html': `<script src="${at('_astro/home.1.js')}"></script>`,
    'en/offline/index.html': `<script src="${at('_astro/shelf.1.js')}"></script>`,
    'en/paxos/index.html': `<astro-island component-url="${at('_astro/Figure.1.js')}" props="{&quot;file&quot;:&quot;${at('runs/paxos/one.json')}&quot;}"><a href="${at('en/exercises/acceptor/')}">`,
    'en/raft/index.html': `<a href="${at('en/exercises/election/')}">`,
    'en/exercises/acceptor/index.html': `<script src="${at('_astro/Exercise.1.js')}">`,
    'en/exercises/election/index.html': `<script src="${at('_astro/Exercise.1.js')}">`,
    'exercises/acceptor/solution.json': '{}',
    'exercises/election/solution.json': '{}',
    'runs/paxos/one.json': '[]',
    'runner.html': '',
    'sw.js': 'not kept by itself',
    '_astro/home.1.js': '',
    '_astro/shelf.1.js': 'import"./parts.1.js"',
    '_astro/parts.1.js': '',
    '_astro/Figure.1.js': 'import{a}from"./figure.1.js";import("./table.1.js")',
    '_astro/figure.1.js': '',
    '_astro/table.1.js': 'd=["_astro/table.1.css"]',
    '_astro/table.1.css': '@font-face{src:url(./icons.1.ttf)}',
    '_astro/icons.1.ttf': 'font',
    '_astro/Exercise.1.js': `x={acceptor:"${at('_astro/sandbox/acceptor.0a.js')}",election:"${at('_astro/sandbox/election.0a.js')}"};new URL("worker-1.js",import.meta.url);f.src=h("runner.html")`,
    '_astro/worker-1.js': '',
    '_astro/sandbox/acceptor.0a.js': '',
    '_astro/sandbox/election.0a.js': '',
    '_astro/sandbox/cells-of-paxos.0a.js': '',
  }
}

function listed(base: string, files = site(base)): Contents {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return listContents(folder, base, ['paxos', 'raft', 'not-written'])
}
const namesIn = ({ files }: Contents, places: readonly number[]) =>
  places.map((place) => files[place]![0]).sort()

for (const base of ['/', '/course/'])
  test(`under ${base} a chapter has its pages, its exercises, and all that they load now or later`, () => {
    const contents = listed(base)
    const [paxos, raft, none] = contents.chapters
    expect(none).toBeUndefined()
    expect(namesIn(contents, paxos!.pages)).toEqual([
      'en/exercises/acceptor/',
      'en/paxos/',
      'exercises/acceptor/solution.json',
    ])
    expect(namesIn(contents, paxos!.needs)).toEqual([
      '_astro/Exercise.1.js',
      '_astro/Figure.1.js',
      '_astro/figure.1.js',
      '_astro/icons.1.ttf',
      '_astro/sandbox/acceptor.0a.js',
      '_astro/sandbox/cells-of-paxos.0a.js',
      '_astro/table.1.css',
      '_astro/table.1.js',
      '_astro/worker-1.js',
      'runner.html',
      'runs/paxos/one.json',
    ])
    expect(namesIn(contents, raft!.needs)).toEqual([
      '_astro/Exercise.1.js',
      '_astro/sandbox/election.0a.js',
      '_astro/worker-1.js',
      'runner.html',
    ])
    expect(namesIn(contents, contents.first)).toEqual([
      '_astro/parts.1.js',
      '_astro/shelf.1.js',
      'en/offline/',
    ])
  })

test('the version is another one when any file is, and the same otherwise', () => {
  const { version } = listed('/')
  expect(listed('/').version).toBe(version)
  expect(listed('/', { 'en/raft/index.html': 'changed' }).version).not.toBe(version)
  expect(listed('/', { ...site('/'), 'sw.js': 'another' }).version).toBe(version)
})
