/** Dependencies are pinned, and each that readers get is explained. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Package {
  readonly [kind: string]: Readonly<Record<string, string>>
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Package
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies']
const all = KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {}))

/** A version and no other: `1.2.3`, or the same of a package by another name. */
const isExact = (version: string): boolean =>
  /^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)

test.each(all)('%s is pinned to one version: %s', (_name, version) => {
  expect(isExact(version)).toBe(true)
})

test('a range would be seen', () => {
  for (const range of [
    '^1.2.3',
    '~1.2.3',
    '1.2',
    '*',
    'latest',
    '>=1.0.0',
    'git+https://example.test/x',
    'npm:x@^1.0.0',
  ])
    expect(isExact(range), range).toBe(false)
})

test('the lock file has the same versions, and a checksum for each package that is not our own', () => {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { version?: string; integrity?: string; link?: boolean }>
  }
  for (const [name, version] of all) {
    const locked = packages[`node_modules/${name}`]
    expect(locked?.version, name).toBe(version.replace(/^npm:.*@/, ''))
  }
  const without = Object.entries(packages).filter(
    ([place, { integrity, link }]) => place !== '' && !link && integrity === undefined,
  )
  expect(without.map(([place]) => place)).toEqual([])
})

test('docs/dependencies.md says of each dependency what it is for, at its version', () => {
  const text = readFileSync('docs/dependencies.md', 'utf8')
  for (const [name, version] of Object.entries(manifest['dependencies']!))
    expect(text, name).toMatch(
      new RegExp(
        `\\| \`${name.replaceAll('/', '\\/')}\` +\\| ${version.replace(/^npm:.*@/, '').replaceAll('.', '\\.')} +\\|`,
      ),
    )
})
