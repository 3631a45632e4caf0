/** The command `check:history`: exit codes, and what it says. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { historyCommand } from './command.ts'

const RIGHT = [
  '{"process":0,"type":"invoke","f":"write","value":1}',
  '{"process":0,"type":"ok","f":"write","value":1}',
  '{"process":1,"type":"invoke","f":"read","value":null}',
  '{"process":1,"type":"ok","f":"read","value":1}',
]
const WRONG = RIGHT.with(3, '{"process":1,"type":"ok","f":"read","value":2}')

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-history-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function file(lines: readonly string[]): string {
  const name = path.join(folder, 'history.jsonl')
  writeFileSync(name, `${lines.join('\n')}\n`)
  return name
}
const run = (lines: readonly string[], ...options: string[]) =>
  historyCommand(['--model', 'register', file(lines), ...options])

describe('check:history', () => {
  test('exits with 0 for a linearizable history', () => {
    expect(run(RIGHT)).toEqual({
      exit: 0,
      output: 'Linearizable: 2 operations in 4 events have an order that explains every result.\n',
      complaint: '',
    })
  })

  test('exits with 1 for one that is not, with the shortest bad prefix and what each process knows', () => {
    const { exit, output } = run(WRONG)
    expect(exit).toBe(1)
    expect(output.split('\n')).toEqual([
      'Not linearizable: no order explains the first 4 events, up to line 4. All but the last of them have one.',
      '',
      'What can’t be explained: process 1 read 2 (lines 3 to 4).',
      'Whatever explains all before, the register holds 1 when this would have to take effect.',
      '',
      'The longest order found for what came before:',
      '  wrote 1  (process 0, lines 1 to 2)',
      '',
      'What each process knows:',
      '  Process 0 wrote 1 (lines 1 to 2).',
      '  Process 1 read 2 (lines 3 to 4), which can’t be.',
      '',
    ])
  })

  test('exits with 2 where the bound leaves it open', () => {
    const events = [1, 2, 3].map(
      (value) => `{"process":${value},"type":"invoke","f":"write","value":${value}}`,
    )
    const ends = [1, 2, 3].map((value) => `{"process":${value},"type":"ok","f":"write","value":${value}}`)
    const read = [
      '{"process":0,"type":"invoke","f":"read"}',
      '{"process":0,"type":"ok","f":"read","value":9}',
    ]
    const { exit, output } = run([...events, ...ends, ...read], '--budget', '2')
    expect({ exit, output }).toEqual({
      exit: 2,
      output:
        'Undecided: stopped at the bound of 2 configurations. Raise it with --budget, or check a shorter part.\n',
    })
  })

  test('exits with 3 for what can’t be read, with the line', () => {
    expect(run(RIGHT.with(1, 'oops'))).toEqual({ exit: 3, output: '', complaint: 'Line 2 is not JSON: oops' })
    const { exit, output } = run(RIGHT.slice(1), '--json')
    expect(exit).toBe(3)
    expect(JSON.parse(output)).toMatchObject({ verdict: 'unreadable', line: 1 })
  })

  test('exits with 4 for a wrong command', () => {
    const name = file(RIGHT)
    const complaints = [
      [],
      ['--model', 'stack', name],
      ['--model', 'register'],
      ['--model', 'register', path.join(folder, 'nothing')],
      ['--model', 'register', name, '--budget', '0'],
      ['--model', 'register', name, '--initial', '{'],
      ['--model', 'register', name, '--colour'],
    ].map((parameters) => historyCommand(parameters))
    expect(complaints.map(({ exit }) => exit)).toEqual(complaints.map(() => 4))
    expect(complaints[1]!.complaint).toBe(
      'Which kind of object? --model takes one of register, cas-register, mutex, queue, unordered-queue, kv.',
    )
  })

  test('with --json gives the same as one object', () => {
    const { exit, output } = run(WRONG, '--json')
    expect(exit).toBe(1)
    expect(JSON.parse(output)).toMatchObject({
      model: 'register',
      verdict: 'not-linearizable',
      events: 4,
      operations: 2,
      failure: {
        line: 4,
        events: 4,
        shortest: true,
        unexplained: { process: 1, f: 'read', value: 2, lines: [3, 4] },
        order: [{ process: 0, f: 'write', value: 1, lines: [1, 2] }],
        states: [1],
        statesComplete: true,
      },
    })
  })

  test('takes what the object holds at first', () => {
    expect(run(RIGHT.slice(2), '--initial', '1').exit).toBe(0)
    expect(run(RIGHT.slice(2)).exit).toBe(1)
  })

  test('names the lock, the queue and the key in its words', () => {
    const saying = (model: string, ...lines: string[]): string =>
      historyCommand(['--model', model, file(lines)]).output
    const event = (type: string, f: string, value: string): string =>
      `{"process":0,"type":"${type}","f":"${f}","value":${value}}`
    expect(saying('mutex', event('invoke', 'release', 'null'), event('ok', 'release', 'null'))).toContain(
      'process 0 released the mutex (lines 1 to 2).\nWhatever explains all before, the mutex is free when',
    )
    expect(saying('queue', event('invoke', 'dequeue', 'null'), event('ok', 'dequeue', '4'))).toContain(
      'process 0 dequeued 4 (lines 1 to 2).',
    )
    expect(saying('kv', event('invoke', 'read', '["a",null]'), event('ok', 'read', '["a",4]'))).toContain(
      'The events are those of the key "a".\n\nWhat can’t be explained: process 0 read 4 (lines 1 to 2).\nWhatever explains all before, the key holds nothing when',
    )
  })

  test('runs from the shell', () => {
    const tool = fileURLToPath(new URL('../check-history.ts', import.meta.url))
    const output = execFileSync(process.execPath, [tool, '--model', 'register', file(RIGHT)], {
      encoding: 'utf8',
    })
    expect(output).toContain('Linearizable')
  })
})
