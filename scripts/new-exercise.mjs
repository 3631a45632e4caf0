/**
 * `npm run new:exercise -- <id> <build|break>`: a new folder in exercises/ with the smallest exercise of its kind. The
 * gate, `npm run check:exercises`, rejects it until every TODO in it is filled in.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { inRoot } from './toolchain.mjs'

const USAGE = `npm run new:exercise -- <id> <build|break> [--language client] [--into <folder>]

  id          the name of the folder: small letters, digits and hyphens, such as paxos-acceptor
  build       the learner writes code; break: the learner drives a system by hand until it breaks
  --language  what she writes in a build exercise: the handlers of a node (left out) or the code of a client
  --into      another folder than exercises/`

/** What is wrong with the command, for whoever typed it. */
class Refusal extends Error {}

/**
 * The folder of templates for what was asked.
 * @throws Refusal
 */
function templatesFor(kind, language) {
  if (kind !== 'build' && kind !== 'break') {
    throw new Refusal(`The kind is 'build' or 'break'${kind === undefined ? '' : `, not '${kind}'`}.`)
  }
  if (language === undefined || language === 'node') return kind
  if (language !== 'client') throw new Refusal(`The language is 'node' or 'client', not '${language}'.`)
  if (kind === 'break') throw new Refusal('Nothing is written in a break exercise: it has no language.')
  return 'client'
}

/** @throws Refusal */
function checkId(id) {
  if (id === undefined) throw new Refusal('Which id shall it have?')
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) {
    throw new Refusal(`'${id}' can't be the id: small letters, digits and single hyphens, a letter first.`)
  }
}

/** Fills a template folder in. @returns {string[]} the files that it made, relative to the exercise's folder */
function fillIn(templates, folder, id) {
  const files = readdirSync(templates, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(templates, name)).isFile())
    .sort()
  return files.map((name) => {
    const file = name.replace(/\.template$/, '')
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(
      path.join(folder, file),
      readFileSync(path.join(templates, name), 'utf8').replaceAll('__ID__', id),
    )
    return file
  })
}

function run() {
  const { values, positionals } = parseArgs({
    options: { language: { type: 'string' }, into: { type: 'string' } },
    allowPositionals: true,
  })
  const [id, kind, ...rest] = positionals
  if (rest.length > 0) throw new Refusal(`What is '${rest.join(' ')}' for?`)
  checkId(id)
  const templates = inRoot('scripts/new-exercise', templatesFor(kind, values.language))
  const folder = path.join(path.resolve(values.into ?? inRoot('exercises')), id)
  if (existsSync(folder)) throw new Refusal(`There is an exercise '${id}' already, in ${folder}.`)
  const files = fillIn(templates, folder, id)
  console.log(`${folder}\n${files.map((file) => `  ${file}`).join('\n')}`)
  console.log(`\nFill in what says TODO. The gate says what is left: npm run check:exercises`)
}

try {
  run()
} catch (error) {
  const isUsage = error instanceof Refusal || String(error?.code).startsWith('ERR_PARSE_ARGS')
  if (!isUsage) throw error
  console.error(`${error.message}\n\n${USAGE}`)
  process.exitCode = 1
}
