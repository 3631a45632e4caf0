/**
 * Runs clients in a realm that is locked down, as learners' code runs, and prints what came of it. A program of its own:
 * nothing else can be done in that realm afterwards.
 */
import { lockdown } from '../../compile/lockdown.ts'
import { ASKING, Hand, compiled } from './compiled.ts'

const print = console.log.bind(console)
const wrap = (body: string): string =>
  `export async function main({ service: { ask }, ...tools }: any): Promise<any> {\n${body}\n}`

const RUNS: Readonly<Record<string, string>> = {
  work: `class Failure extends Error { name = 'Failure' }
const map = new Map([[1, [2]]])
const more = [...map.keys(), ...'ab']
try { await ask(more); throw new Failure('no') } catch (error: any) { return [error.name, error.toString(), await ask(error.message)] }`,
  promise: '(Promise as any).resolve = () => 1; await ask(0)',
  then: '(Promise.prototype as any).then = () => 1; await ask(0)',
  signal: "Object.defineProperty(AbortSignal.prototype, 'aborted', { value: true }); await ask(0)",
  tools: 'ask.other = 1; await ask(0)',
  generator: 'await ask(0); const made = Object.getPrototypeOf(function* () {}).constructor; made("yield 1")',
  function: 'await ask(0); (sleep as any).constructor("return 1")()',
  native: 'await ask(0); fetch("/")',
  random: 'return Math.random()',
  global: 'return (globalThis as any).Promise',
  runtime: "const { stack } = new Error('x'); return typeof (stack as any)",
  error:
    "try { await ask('fails') } catch (error: any) { Object.getPrototypeOf(error).constructor.assign = 1 }",
}

const programs = Object.entries(RUNS).map(([name, body]) => [name, compiled(wrap(body))] as const)
lockdown(globalThis)
const told: Record<string, unknown> = {}
for (const [name, program] of programs) {
  const hand = new Hand(program, ASKING)
  for (let turn = 0; turn < 3 && hand.step.state.requests.length > 0; turn++) {
    if (name === 'error') hand.error('X')
    else hand.answer('yes')
  }
  told[name] = hand.fault ?? hand.ended
}
print(JSON.stringify(told))
