/** The content gate as a program: it says file and line, and fails by its exit code. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inRoot, nodePath } from '../../scripts/toolchain.mjs'

const copy = mkdtempSync(path.join(tmpdir(), 'lockstep-content-'))
const page = path.join(copy, 'content/en/paxos/prepare.mdx')

beforeAll(() => {
  for (const part of ['content', 'exercises', 'src/components/in-content.ts']) {
    cpSync(inRoot(part), path.join(copy, part), { recursive: true })
  }
})
afterAll(() => rmSync(copy, { recursive: true }))

function gate(folder: string): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(nodePath(), [inRoot('src/course/check-content.ts'), folder], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    )
  })
}

test('a page that breaks a rule is named with its line, and the gate fails', async () => {
  const source = readFileSync(page, 'utf8')
  writeFileSync(page, `${source}\nIt takes sixteen steps. See [this](/paxos/nowhere).\n`)
  const line = source.split('\n').length + 1
  const { code, output } = await gate(copy)
  writeFileSync(page, source)
  expect(output).toContain(`✗ content/en/paxos/prepare.mdx:${line}: “sixteen steps” is typed`)
  expect(output).toContain(`✗ content/en/paxos/prepare.mdx:${line}: '/paxos/nowhere' leads to no page`)
  expect(code).toBe(1)
})

test('a page that is missing is missed', async () => {
  const source = readFileSync(page, 'utf8')
  rmSync(page)
  const { code, output } = await gate(copy)
  writeFileSync(page, source)
  expect(output).toContain("content/en has no page 'paxos/prepare'")
  expect(code).toBe(1)
})
