/**
 * `npm run check:content`: the gate that the chapters pass. Everything that a page names is there, a complete chapter has
 * all that it owes, links lead somewhere, and no figure is typed. It reads the sources and needs no build. Given a folder,
 * it looks at content/, exercises/ and src/ in there. Exit code 0 where all is well, 1 where not.
 */
import '../../engine/tools/programs/node-hook.ts'
import path from 'node:path'

// Only once the hook is there: figures run programs.
const { readCourse } = await import('./content-gate/read-course.ts')
const { rules } = await import('./content-gate/rules.ts')

const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../..'))
const course = readCourse(root)
const problems = Object.values(rules)
  .flatMap((rule) => rule(course))
  .sort((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
for (const { file, line, text } of problems) console.log(`✗ ${file}:${line}: ${text}`)
const found = problems.length === 0 ? 'nothing wrong' : `${problems.length} wrong`
console.log(`${course.pages.length} pages, ${found}`)
process.exitCode = problems.length === 0 ? 0 : 1
