import { describe, expect, it } from 'vitest'
import { matching, type Command } from './commands.ts'
import { keyName } from './keys-of-page.ts'

const command = (name: string, within = ''): Command => ({ name, within })
const names = (words: string, ...commands: Command[]) => matching(commands, words).map(({ name }) => name)

describe('finding a command by a few letters', () => {
  it('keeps all of them, in their order, where nothing is asked for', () => {
    expect(names(' ', command('Prepare'), command('Accept'))).toEqual(['Prepare', 'Accept'])
  })

  it('wants every word, in the name or beside it', () => {
    const prepare = command('Prepare', 'Paxos')
    expect(names('paxos prep', prepare, command('Accept', 'Paxos'))).toEqual(['Prepare'])
    expect(names('raft prep', prepare)).toEqual([])
  })

  it('puts what begins so before what contains it', () => {
    expect(names('re', command('Prepare'), command('Several replicas'), command('RedLock'))).toEqual([
      'RedLock',
      'Several replicas',
      'Prepare',
    ])
  })

  it('minds neither case nor accents', () => {
    expect(names('CAFE', command('Café'))).toEqual(['Café'])
  })
})

describe('the names of keys', () => {
  it('are those of the machine', () => {
    expect(keyName('Mod', 'MacIntel')).toBe('⌘')
    expect(keyName('Mod', 'Linux x86_64')).toBe('Ctrl')
    expect(keyName('/', 'Linux x86_64')).toBe('/')
  })
})
