/**
 * `npm run check:content`: the gate that the chapters pass. Everything that a page names is there, a complete chapter has
 * all that it owes, links lead somewhere, and no figure is typed. It reads the sources and needs no build. Given a folder,
 * it looks at content/, exercises/ and src/ in there. With `--keep` it adds new anchors to `content/<language>/anchors.txt`. Exit code 0 where all is well, 1 where not.
 */
import '../../engine/tools/programs/node-hook.ts'
import { writeFileSync } from 'node:fs'
import path from 'node:path'

// Only once the hook is there: figures run programs.
const { readCourse } = await import('./content-gate/read-course.ts')
const { anchorsKept, keptWith, listOf } = await import('./content-gate/anchors-kept.ts')
const { rules } = await import('./content-gate/rules.ts')

const [folder] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const root = path.resolve(folder ?? path.join(import.meta.dirname, '../..'))
if (process.argv.includes('--keep')) {
  const before = readCourse(root)
  for (const language of before.anchors.keys())
    writeFileSync(path.join(root, listOf(language)), keptWith(before, language))
}
const course = readCourse(root)
const problems = [...Object.values(rules), anchorsKept]
  .flatMap((rule) => rule(course))
  .sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
for (const { file, line, text } of problems) console.log(`✗ ${file}:${line}: ${text}`)
const found = problems.length === 0 ? 'nothing wrong' : `${problems.length} wrong`
console.log(`${course.pages.length} pages, ${found}`)
process.exitCode = problems.length === 0 ? 0 : 1
