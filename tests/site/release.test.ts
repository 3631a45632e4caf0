/** The archive of a release: any `tar` opens it, and it is the same whenever it is made of the same. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tarOf } from '../../scripts/release.mjs'

const LONG = `lockstep-1.0.0/site/${'a-folder-with-a-name/'.repeat(4)}${'b'.repeat(60)}.html`
const FILES = [
  { name: LONG, bytes: Buffer.from('far down') },
  { name: 'lockstep-1.0.0/ABOUT.txt', bytes: Buffer.from('x'.repeat(513)) },
  { name: 'lockstep-1.0.0/empty', bytes: Buffer.alloc(0) },
]
const AT = 1_700_000_000

test('what was put in comes out, with its names, also long ones, and its time', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-release-'))
  try {
    writeFileSync(path.join(folder, 'all.tar'), tarOf(FILES, AT))
    const { status, stderr } = spawnSync('tar', ['-xf', 'all.tar'], { cwd: folder, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const { name, bytes } of FILES) {
      expect(readFileSync(path.join(folder, name))).toEqual(bytes)
      expect(statSync(path.join(folder, name)).mtimeMs).toBe(AT * 1000)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('the order in which files are found makes no difference', () => {
  expect(tarOf([...FILES].reverse(), AT)).toEqual(tarOf(FILES, AT))
})

test('a name that no archive can hold is refused', () => {
  expect(() => tarOf([{ name: 'c'.repeat(101), bytes: Buffer.alloc(0) }], AT)).toThrow('too long')
})
