/** Figures are driven in a page: what the chapters' figures import must run there. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

/** What a file imports by value, as it stands there. Types are left out when it is compiled. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8')
  const statements = source.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)
  return [...statements].map(([, specifier]) => specifier!)
}

/** What can't run in a page, each with the way to it: `node:fs < remembered.ts < check.ts < figures.ts`. */
function outside(from: string): string[] {
  const seen = new Set<string>()
  const found: string[] = []
  const visit = (file: string, way: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const here = `${path.basename(file)}${way && ` < ${way}`}`
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('node:')) found.push(`${specifier} < ${here}`)
      if (!specifier.startsWith('.')) continue
      const target = path.join(path.dirname(file), specifier.replace(/\?.*$/, ''))
      if (target.endsWith('.ts') && existsSync(target)) visit(target, here)
    }
  }
  visit(from, '')
  return found
}

const chapters = readdirSync('src/course').filter((name) => existsSync(`src/course/${name}/figures.ts`))

test.each(chapters)('the figures of %s need nothing that a page does not have', (chapter) => {
  expect(outside(`src/course/${chapter}/figures.ts`)).toEqual([])
})

test('what a page does not have is found, with the way to it', () => {
  expect(outside('src/course/remembered.ts')).toContain('node:fs < remembered.ts')
})
