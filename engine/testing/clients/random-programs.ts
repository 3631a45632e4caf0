/**
 * Random programs of clients, as text that is JavaScript and TypeScript at once. They are made of what people write around
 * `await` and of what makes it hard: loops, `finally`, closures, shared objects, variables of the file, promises that
 * are passed around. Their numbers stay below 3, so that their states meet again.
 */
import { Random } from '../../random.ts'

/** Expressions that a program may have, beside the simplest ones. */
const SIZE = 24

/** The text of one program: a function of this name, and variables of the file that carry its number. */
export function randomProgram(seed: number, name: string): string {
  return new Writing(new Random(seed), name).program()
}

class Writing {
  readonly #random: Random
  readonly #name: string
  #names = 0
  #depth = 0
  #loops: string[] = []
  /** What the function in hand may still grow by. */
  #left = 0
  /** The inner function doesn't call itself: it might never end. */
  #inInner = false

  constructor(random: Random, name: string) {
    this.#random = random
    this.#name = name
  }

  program(): string {
    const name = this.#name
    const inner = `${name}_inner`
    this.#inInner = true
    this.#left = SIZE / 2
    const body = this.#statements(['x', 'o', 'ask'], 4)
    this.#inInner = false
    this.#left = SIZE
    const main = this.#statements(['ask', 'o', 'v', 'fs', 'ps'], 5)
    return `
let m_${name} = 0
let shared_${name} = { n: 0, list: [] }
class Box_${name} { value = 0; async bump(by, ask) { this.value = (this.value + by + (await ask(by))) % 3; return this.value } get(by) { return (this.value + by) % 3 } }
async function ${inner}(x, o, ask) {
${body}
return x
}
export async function ${name}({ service: { ask } }) {
let v = 0
const o = { n: 0, list: [], box: new Box_${name}() }
const fs = []
const ps = []
${main}
return v + fs.length
}
`
  }

  #below(limit: number): number {
    return this.#random.below(limit)
  }

  #one<T>(...choices: T[]): T {
    return choices[this.#below(choices.length)]!
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#names++}`
  }

  #statements(scope: readonly string[], count: number): string {
    const names = [...scope]
    const texts: string[] = []
    for (let turn = 1 + this.#below(count); turn > 0; turn--) texts.push(this.#statement(names))
    return texts.join('\n')
  }

  #block(scope: readonly string[]): string {
    this.#depth++
    const text = `{ ${this.#statements(scope, this.#depth > 3 ? 1 : 3)} }`
    this.#depth--
    return text
  }

  #loop(scope: readonly string[], label: string): string {
    this.#loops.push(label)
    const text = this.#block(scope)
    this.#loops.pop()
    return text
  }

  #statement(names: string[]): string {
    const value = (): string => this.#value(names)
    const simple = this.#depth > 3 || this.#left < 0
    switch (this.#below(simple ? 10 : 22)) {
      case 0: {
        const name = this.#fresh('a')
        const text = `let ${name} = ${value()}`
        names.push(name)
        return text
      }
      case 1:
        return `${this.#number(names, true)} = ${value()}`
      case 2:
        return `${this.#object(names)}.n = (${value()}) % 3`
      case 3:
        return `console.log(${value()})`
      case 4:
        return `await ask(${value()})`
      case 5:
        return this.#jump() ?? `m_${this.#name} = (m_${this.#name} + 1) % 2`
      case 6:
        return `${this.#number(names, true)} += ${value()}; ${this.#reduce(names)}`
      case 7:
        return this.#one(
          `if (${value()} === 2) return ${value()}`,
          `if (${value()} === 1) throw new Error('t' + ${value()})`,
        )
      case 8:
        return this.#closure(names)
      case 9:
        return this.#promise(names)
      case 10:
        return `if (${value()}) ${this.#block(names)} else ${this.#block(names)}`
      case 11: {
        const label = this.#fresh('l')
        return `${label}: while (!(await ask(${value()}))) ${this.#loop(names, label)}`
      }
      case 12: {
        const label = this.#fresh('l')
        const each = this.#fresh('e')
        return `${label}: for (const ${each} of ${this.#list(names)}) ${this.#loop([...names, each], label)}`
      }
      case 13: {
        const label = this.#fresh('l')
        const index = this.#fresh('i')
        const test = this.#one(`${index} < 2`, `${index} < (await ask(${index}))`)
        return `${label}: for (let ${index} = 0; ${test}; ${index}++) ${this.#loop([...names, `=${index}`], label)}`
      }
      case 14:
      case 15:
        return `try ${this.#block(names)} finally ${this.#block(names)}`
      case 16: {
        const error = this.#fresh('error')
        return `try ${this.#block(names)} catch (${error}) { console.log(${error}.message ?? ${error}.code); ${this.#statements(names, 2)} }`
      }
      case 17:
        return `try ${this.#block(names)} catch { ${this.#statements(names, 2)} } finally ${this.#block(names)}`
      case 18:
        return `switch (${value()}) { case 0: ${this.#statements(names, 1)}; break; case 1: { ${this.#statements(names, 2)} } default: ${this.#statements(names, 1)} }`
      case 19: {
        const key = this.#fresh('k')
        return `for (const ${key} in ${this.#object(names)}) { console.log(${key}, ${value()}) }`
      }
      case 20: {
        const [one, other] = [this.#fresh('d'), this.#fresh('d')]
        const text = `const [${one}, ${other} = ${value()}] = await Promise.all([${this.#awaitable(names)}, ${this.#awaitable(names)}])`
        names.push(`=${one}`, `=${other}`)
        return text
      }
      default: {
        const made = this.#fresh('made')
        const text = `const ${made} = { n: ${value()}, list: [${value()}, ${value()}], box: o.box, m() { return this.n } }`
        return `${text}; ${this.#one(`o.next = ${made}`, `shared_${this.#name} = ${made}`, `console.log(${made}.m())`)}`
      }
    }
  }

  /** A variable that holds a number. @param written not one that must not be written */
  #number(names: readonly string[], written = false): string {
    const own = names.filter((name) => /^[axvi]\d*$/.test(name) || (!written && /^(e\d+|=\w+)$/.test(name)))
    const all = [...own.map((name) => name.replace('=', '')), `m_${this.#name}`]
    return this.#one(...all)
  }

  #reduce(names: readonly string[]): string {
    const name = this.#number(names, true)
    return `${name} = (${name} || 0) % 3`
  }

  #object(names: readonly string[]): string {
    return this.#one(...(names.includes('o') ? ['o'] : []), `shared_${this.#name}`)
  }

  #list(names: readonly string[]): string {
    return this.#one(
      `[${this.#value(names)}, ${this.#value(names)}]`,
      `${this.#object(names)}.list`,
      '[0, 1].entries()',
      "'ab'",
      'new Set([0, 1])',
      'new Map([[0, 1], [1, 2]]).values()',
      ...(names.includes('ps') ? ['[1, 2].map((y) => y % 2)'] : []),
    )
  }

  #value(names: readonly string[]): string {
    if (this.#depth > 5 || --this.#left < 0)
      return this.#one(String(this.#below(3)), this.#number(names), `(await ask(${this.#below(2)}))`)
    this.#depth++
    const value = (): string => this.#value(names)
    const text = this.#one(
      () => String(this.#below(3)),
      () => this.#number(names),
      () => this.#number(names),
      () => `${this.#object(names)}.n`,
      () => `(await ${this.#awaitable(names)})`,
      () => `(await ask(${value()}))`,
      () => `((${value()} + ${value()}) % 3)`,
      () => `(${value()} && ${value()})`,
      () => `(${value()} ? ${value()} : ${value()})`,
      () => `Math.max(${value()}, ${value()})`,
      () => `o.box.get(${value()})`,
      () => `[${value()}, ${value()}, ...[${value()}]].length`,
      () => `\`\${${value()}}\${${value()}}\`.length`,
      () => `({ p: ${value()}, [${value()}]: ${value()} }).p`,
      () => `[${value()}, ${value()}][${value()}]`,
      () => this.#push(this.#object(names), value()),
    )()
    this.#depth--
    return text
  }

  /** A list that stays short, so that going through it ends. */
  #push(object: string, value: string): string {
    return `(${object}.list.length < 3 && ${object}.list.push(${value}) % 3)`
  }

  #awaitable(names: readonly string[]): string {
    if (this.#depth > 5 || --this.#left < 0) return this.#one('sleep(1)', 'ask(0)')
    this.#depth++
    const value = (): string => this.#value(names)
    const awaitable = (): string => this.#awaitable(names)
    const inAsync = (): string => {
      // What stands in a function of its own can't jump out of it.
      const loops = this.#loops
      this.#loops = []
      const text = `(async () => { ${this.#statements(
        names.filter((name) => name !== 'ps'),
        2,
      )}; return ${value()} })()`
      this.#loops = loops
      return text
    }
    const text = this.#one(
      () => `ask(${value()})`,
      () => `ask(${value()})`,
      () => `sleep(${1 + this.#below(2)})`,
      () => (this.#inInner ? `ask(${value()})` : `${this.#name}_inner(${value()}, o, ask)`),
      () => `o.box.bump(${value()}, ask)`,
      () => inAsync(),
      () => `Promise.all([${awaitable()}, ${awaitable()}]).then((all) => all.length)`,
      () => `Promise.race([${awaitable()}, ${awaitable()}])`,
      () =>
        `Promise.allSettled([${awaitable()}, ${value()}]).then(([one]) => (one.status === 'fulfilled' ? 1 : 2))`,
      () => `Promise.any([${awaitable()}, ${awaitable()}]).catch(() => 0)`,
      () => `new Promise((resolve) => setTimeout(() => resolve(${this.#number(names)}), 1))`,
      () => `${awaitable()}.finally(() => { m_${this.#name} = 1 })`,
      () => (names.includes('ps') ? 'Promise.resolve(ps.shift() ?? 0)' : 'Promise.resolve(1)'),
    )()
    this.#depth--
    return text
  }

  #closure(names: readonly string[]): string {
    if (!names.includes('fs')) return `console.log(${this.#number(names)})`
    const name = this.#number(names, true)
    return this.#one(
      `fs.push(() => (${name} = (${name} + 1) % 3)); if (fs.length > 2) fs.shift()`,
      'console.log(fs.map((f) => f()).join())',
      'if (fs.length) console.log(fs.pop()())',
    )
  }

  #promise(names: readonly string[]): string {
    if (!names.includes('ps')) return `shared_${this.#name}.n = ${this.#number(names)}`
    return `ps.push(${this.#awaitable(names)}.catch(() => 2)); if (ps.length > 2) ps.shift()`
  }

  #jump(): string | null {
    const label = this.#loops.at(-1 - this.#below(Math.max(1, this.#loops.length)))
    if (label === undefined) return null
    return this.#one(`if (m_${this.#name}) break ${label}`, `if (m_${this.#name}) continue ${label}`)
  }
}
