/** Random programs that do nothing but make promises and write down in which order their jobs run. Nothing waits for long. */
import { Random } from '../../random.ts'

/** The text of one program: a function of this name. */
export function randomJobs(seed: number, name: string): string {
  const random = new Random(seed)
  let count = 0
  const one = (...choices: (() => string)[]): string => choices[random.below(choices.length)]!()
  const log = (): string => `log(${++count})`
  const promise = (depth: number): string => {
    const more = (): string => (depth > 3 ? 'Promise.resolve(1)' : promise(depth + 1))
    const list = (): string => `[${Array.from({ length: random.below(4) }, more).join(', ')}]`
    return one(
      () => 'Promise.resolve(1)',
      () => `Promise.reject(new Error('${++count}'))`,
      () => `Promise.resolve(${more()})`,
      () =>
        `new Promise((resolve, reject) => { ${log()}; ${one(
          () => 'resolve',
          () => 'reject',
        )}(${more()}); resolve(2) })`,
      () => `new Promise((resolve) => resolve({ then(done) { ${log()}; done(${more()}) } }))`,
      () =>
        `${more()}.then((x) => { ${log()}; ${one(
          () => `return ${more()}`,
          () => 'return x',
          () => "throw new Error('t')",
        )} })`,
      () => `${more()}.then(undefined, (error) => (${log()}, ${more()}))`,
      () => `${more()}.catch((error) => (${log()}, 1))`,
      () =>
        `${more()}.finally(() => { ${log()}; ${one(
          () => '',
          () => `return ${more()}`,
          () => "throw new Error('f')",
        )} })`,
      () => `Promise.all(${list()})`,
      () => `Promise.allSettled(${list()})`,
      () => `Promise.any([1, ...${list()}])`,
      () => `Promise.race([${more()}, ...${list()}])`,
      () => `(async () => { ${log()}; await ${more()}; ${log()}; return ${more()} })()`,
      () =>
        `(async () => { try { return await ${more()} } catch { ${log()} } finally { await ${more()}; ${log()} } })()`,
      () => `(async () => { for (const x of [1, 2]) { await x; ${log()} } })()`,
    )
  }
  const statements = Array.from({ length: 2 + random.below(4) }, () =>
    one(
      () => `${promise(0)}.then(() => ${log()}, (error) => ${log()})`,
      () => `queueMicrotask(() => ${log()})`,
      () => `void (async () => { try { ${log()}; await ${promise(0)}; ${log()} } catch { ${log()} } })()`,
    ),
  )
  return `export async function ${name}(_, log = (n) => console.log(n)) {\n${statements.join(';\n')}\n}`
}
