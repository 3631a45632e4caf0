/** The texts that answers are compiled against, read from the disk. The page has the same texts in its bundle. */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { CLIENT_FILES } from '../../compile/client-files.ts'
import type { Libraries } from '../../compile/compile.ts'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))

/** What an answer to this exercise is compiled against. */
export function librariesOf(exercise: string): Libraries {
  const folder = path.join(ROOT, 'node_modules/typescript-page/lib')
  const names = readdirSync(folder).filter((name) =>
    /^lib\.(es5|es20(1[5-9]|20)|decorators)[\w.]*\.d\.ts$/.test(name),
  )
  return {
    standard: Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')])),
    api: readFileSync(path.join(ROOT, 'engine/api.ts'), 'utf8'),
    clients: Object.fromEntries(
      CLIENT_FILES.map((name) => [name, readFileSync(path.join(ROOT, 'engine', name), 'utf8')]),
    ),
    messages: readIfThere(path.join(ROOT, 'exercises', exercise, 'messages.ts')),
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return 'export {}\n'
  }
}
