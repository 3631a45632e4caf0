/**
 * ESLint rule: the dependency arrow. Each room may import only from the rooms that stand before it, so that the
 * engine can be read, tested and run without the site, and an exercise without either.
 *
 *     engine  ←  exercises  ←  src        content: imports nothing, it only names components
 *
 * Tests may import anything; nothing imports tests. Type imports count: they are dependencies too.
 */
import path from 'node:path'

/** Which rooms a file of each room may import from. */
const MAY_IMPORT = {
  engine: ['engine'],
  exercises: ['engine', 'exercises'],
  src: ['engine', 'exercises', 'src', 'content'],
  content: [],
  scripts: ['scripts'],
  tests: ['engine', 'exercises', 'src', 'content', 'scripts', 'tests'],
}

/**
 * Which packages a file of each room may import: a room that is not listed may import any. The compiler's package
 * is there for its types; the engine is handed a TypeScript, it never loads one.
 */
const PACKAGES = {
  engine: [/^typescript-page$/],
  exercises: [],
  content: [],
}

/** Files of the engine that adapt it to a place where it runs, and what that place adds. */
const ADAPTERS = [
  { file: /^engine\/(cli\.ts$|tools\/|.*\.test\.ts$|testing\/)/, packages: [/./] },
  { file: /^engine\/worker\.ts$/, packages: [/^typescript-page$/, /^comlink$/] },
  { file: /^exercises\/.*\.test\.ts$/, packages: [/./] },
]

/** The room of a path relative to the repository's root, or null for a file at the root or outside. */
export function roomOf(relativePath) {
  const first = relativePath.split('/')[0]
  return first in MAY_IMPORT ? first : null
}

/**
 * Says what is wrong with an import, or null if it is fine.
 * @param {string} file      path of the importing file, relative to the root, with forward slashes
 * @param {string} specifier what stands in the import
 */
export function violation(file, specifier) {
  const room = roomOf(file)
  if (room === null) return null
  const bare = specifier.split('?')[0]

  if (bare === 'lockstep') return check(room, 'engine')
  if (bare.startsWith('.')) {
    const target = roomOf(path.posix.normalize(path.posix.join(path.posix.dirname(file), bare)))
    return target === null ? null : check(room, target)
  }
  const rooted = /^\/([^/]+)\//.exec(bare)
  if (rooted && rooted[1] in MAY_IMPORT) return check(room, rooted[1])

  const adapter = ADAPTERS.find((candidate) => candidate.file.test(file))
  const packages = adapter ? adapter.packages : PACKAGES[room]
  if (!packages || packages.some((pattern) => pattern.test(bare))) return null
  return `${room} may not import the package '${bare}'.`
}

function check(room, target) {
  if (MAY_IMPORT[room].includes(target)) return null
  if (target === 'tests') return `Nothing imports tests: ${room} may not.`
  return `${room} may not import from ${target}: dependencies point engine ← exercises ← src.`
}

/** @type {import('eslint').Rule.RuleModule} */
export const arrow = {
  meta: { type: 'problem', schema: [], messages: { wrong: '{{message}}' } },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/')
    if (roomOf(file) === null) return {}

    function inspect(node, specifier) {
      if (typeof specifier !== 'string') return
      const message = violation(file, specifier)
      if (message) context.report({ node, messageId: 'wrong', data: { message } })
    }
    function declaration(node) {
      if (node.source) inspect(node.source, node.source.value)
    }
    return {
      ImportDeclaration: declaration,
      ExportNamedDeclaration: declaration,
      ExportAllDeclaration: declaration,
      ImportExpression: declaration,
      TSImportType: (node) => inspect(node, (node.source ?? node.argument?.literal)?.value),
      TSExternalModuleReference: (node) => inspect(node.expression, node.expression.value),
      // import.meta.glob('…') is an import of everything that matches.
      CallExpression(node) {
        const { callee } = node
        const isGlob =
          callee.type === 'MemberExpression' &&
          callee.object.type === 'MetaProperty' &&
          callee.property.type === 'Identifier' &&
          callee.property.name === 'glob'
        if (!isGlob) return
        const [first] = node.arguments
        const patterns = first?.type === 'ArrayExpression' ? first.elements : [first]
        for (const pattern of patterns) if (pattern?.type === 'Literal') inspect(pattern, pattern.value)
      },
    }
  },
}

export default { rules: { arrow } }
