/** What the policy of a page lets run, and that it stands before everything that it speaks of. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { inlineHashes, policyOf, withPolicy } from './policy.ts'

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const PAGE = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><script>
  first()
</script><style>p { color: red }</style></head><body>
<script type="module">second()</script><script type="module" src="/_astro/x.js"></script>
<script type="application/json">{"data": 1}</script></body></html>`

test('what is written into a page runs by its hash, and nothing else that is written there does', () => {
  const policy = policyOf(PAGE, { editor: false })
  expect(policy).toContain(`script-src 'self' ${hashOf('\n  first()\n')} ${hashOf('second()')};`)
  expect(policy).toContain(`style-src-elem 'self' ${hashOf('p { color: red }')};`)
  expect(policy.match(/script-src[^;]*/)![0]).not.toMatch(/unsafe|http|\*|data:|blob:/)
  expect(policy).not.toContain(hashOf('{"data": 1}'))
  expect(inlineHashes(PAGE, 'script')).toHaveLength(2)
})

test('style sheets that are written while the page runs are for the editor alone', () => {
  const unsafe = "style-src-elem 'self' 'unsafe-inline'"
  expect(policyOf(PAGE, { editor: true })).toContain(unsafe)
  expect(policyOf(PAGE, { editor: false })).not.toContain(unsafe)
})

test('the policy stands before everything that it speaks of', () => {
  const html = withPolicy(PAGE, { editor: false })
  const at = html.indexOf('Content-Security-Policy')
  expect(at).toBeGreaterThan(0)
  expect(at).toBeLessThan(html.indexOf('<script'))
  expect(html.indexOf('charset')).toBeLessThan(at)
  expect(() => withPolicy('<p>no page', { editor: false })).toThrow('no <head>')
})

test('the frame for learners’ code runs its own script and no other that is written there', () => {
  const runner = readFileSync('public/runner.html', 'utf8')
  const [own] = inlineHashes(runner, 'script')
  const policy = /content="(default-src[^"]*)"/.exec(runner)![1]!
  expect(policy).toContain(`script-src ${own} 'unsafe-eval';`)
  expect(policy).toMatch(/^default-src 'none'/)
  expect(policy).not.toMatch(/unsafe-inline|connect-src|'self'/)
})
