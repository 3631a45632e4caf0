/** The right answers that the folders of exercises hold, for their file: see `solutions.ts`. For use while pages are built. */
import type { OtherAnswer, Solutions } from './solutions.ts'

const solutions = import.meta.glob<string>('../../exercises/*/solution.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const variants = import.meta.glob<string>('../../exercises/*/variants/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** By exercise. */
export function solutionsOf(): Readonly<Record<string, Solutions>> {
  return Object.fromEntries(
    Object.entries(solutions).map(([path, solution]) => {
      const folder = path.slice(0, -'solution.ts'.length)
      const others = Object.entries(variants)
        .filter(([variant]) => variant.startsWith(`${folder}variants/`))
        .map(([variant, code]) => otherAnswer(variant, code))
      return [folder.split('/').at(-2)!, { solution, others }]
    }),
  )
}

/** A variant says in a comment at its top what is different about it. */
function otherAnswer(path: string, text: string): OtherAnswer {
  const [comment = '', about = ''] = /^\s*\/\*\*(.*?)\*\/\n*/s.exec(text) ?? []
  return {
    name: path.slice(path.lastIndexOf('/') + 1, -'.ts'.length),
    about: about
      .replace(/^\s*\* ?/gm, '')
      .replace(/\s+/g, ' ')
      .trim(),
    code: text.slice(comment.length),
  }
}
