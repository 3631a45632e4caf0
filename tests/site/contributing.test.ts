/** The examples in CONTRIBUTING.md are not stale: they compile, what they name exists, and they pass the content gate. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { inRoot } from '../../scripts/toolchain.mjs'
import { readPage } from '../../src/course/content-gate/page.ts'
import { readCourse } from '../../src/course/content-gate/read-course.ts'
import { anchorsHold, boxesRest, figuresComputed, namesResolve } from '../../src/course/content-gate/rules.ts'
import { glossarySchema } from '../../src/glossary/glossary.ts'

const text = readFileSync(inRoot('CONTRIBUTING.md'), 'utf8')

interface Block {
  readonly language: string
  readonly source: string
  /** Its line in the file, for who has to mend it. */
  readonly line: number
}

const blocks: readonly Block[] = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  language: match[1]!,
  source: match[2]!,
  line: text.slice(0, match.index).split('\n').length,
}))
const inLanguage = (language: string): [line: number, source: string][] =>
  blocks.filter((block) => block.language === language).map(({ line, source }) => [line, source])

/** With forward slashes, as the compiler has them everywhere. */
const inFolder = (...parts: string[]): string => inRoot(...parts).replaceAll('\\', '/')

/** The TypeScript of an example, in the file that its first line names. */
const listings = inLanguage('ts').flatMap(([line, source]) => {
  const file = /^\/\/ (\S+\.ts)\n/.exec(source)?.[1]
  return file === undefined
    ? []
    : [{ line, source, file: inFolder(path.dirname(file), `example-${line}.ts`) }]
})

/** What the compiler says of sources that stand in no file, by file. */
function typeErrors(sources: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const { config } = ts.readConfigFile(inRoot('tests/tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, inRoot('tests'))
  const host = ts.createCompilerHost(options)
  const { readFile, fileExists } = host
  host.readFile = (file) => sources.get(file) ?? readFile(file)
  host.fileExists = (file) => sources.has(file) || fileExists(file)
  const roots = [...sources.keys(), inRoot('engine/clients/program-file.d.ts')]
  const program = ts.createProgram(roots, { ...options, noEmit: true }, host)
  // Of these files alone: the rest of the course is checked elsewhere.
  return new Map(
    [...sources.keys()].map((name) => {
      const file = program.getSourceFile(name)
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      return [name, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))]
    }),
  )
}

const course = readCourse(inRoot())

describe('the examples of CONTRIBUTING.md', () => {
  it('show each thing that a chapter and an exercise are made of', () => {
    const names = new Set(
      inLanguage('mdx').flatMap(([, source]) =>
        readPage('content/en/example.mdx', source).components.map(({ name }) => name),
      ),
    )
    for (const name of [
      'Widget',
      'Claim',
      'Checked',
      'Count',
      'Erratum',
      'Predict',
      'Cell',
      'Plot',
      'Exercise',
    ])
      expect(names).toContain(name)
    expect(listings.map(({ file }) => path.dirname(path.relative(inRoot(), file)))).toEqual(
      expect.arrayContaining(['src/course/paxos', 'exercises/echo', 'exercises/order-twice']),
    )
  })

  it.each(inLanguage('mdx'))('line %i is a page that the content gate lets through', (_, source) => {
    const pages = [readPage('content/en/paxos/example.mdx', source)]
    const example = { ...course, pages, duties: [] }
    expect([namesResolve, boxesRest, figuresComputed, anchorsHold].flatMap((rule) => rule(example))).toEqual(
      [],
    )
  })

  it('compile where they say that they stand, and would not if a name were wrong', () => {
    const [first] = listings
    const wrong = path.posix.join(path.posix.dirname(first!.file), 'wrong-example.ts')
    const errors = typeErrors(
      new Map([
        ...listings.map(({ file, source }) => [file, source] as const),
        [wrong, first!.source.replace('lanes:', 'lines:')],
      ]),
    )
    expect(errors.get(wrong)!.join()).toContain("'lines' does not exist in type 'FigureDefinition'")
    for (const { file, line } of listings) expect(errors.get(file), `line ${line}`).toEqual([])
  }, 120_000)

  it('declare what the chapters declare', () => {
    const { figures, checks, predictions, cells } = course.names
    const known = [...figures.map(({ id }) => id), ...checks, ...predictions, ...cells]
    const named = listings
      .flatMap(({ source }) => [...source.matchAll(/\bid: '([^']+\/[^']+)'/g)])
      .map(([, id]) => id!)
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((id) => !known.includes(id))).toEqual([])
  })

  it.each(inLanguage('yaml'))('line %i is a word of the glossary', (_, source) => {
    const [id = ''] = Object.keys(glossarySchema.parse(parse(source)))
    expect(course.glossaries.get('en')).toHaveProperty([id])
  })

  it('name commands that there are', () => {
    const scripts = (JSON.parse(readFileSync(inRoot('package.json'), 'utf8')) as { scripts: object }).scripts
    for (const file of ['CONTRIBUTING.md', 'README.md', 'ARCHITECTURE.md']) {
      const commands = [...readFileSync(inRoot(file), 'utf8').matchAll(/\bnpm run (?:-s )?([\w:-]+)/g)]
      for (const [, command] of commands) expect(Object.keys(scripts), file).toContain(command)
    }
  })

  it.each(['CONTRIBUTING.md', 'README.md', 'ARCHITECTURE.md'])('and %s name files that there are', (file) => {
    const prose = readFileSync(inRoot(file), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')
    const paths = [
      ...prose.matchAll(/`((?:content|docs|engine|exercises|public|scripts|src|tests)\/[\w./-]*)`/g),
    ]
      .map(([, name]) => name!)
      .filter((name) => !existsSync(inRoot(name)))
    expect(paths).toEqual([])
  })
})
