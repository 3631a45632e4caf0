import { describe, expect, it } from 'vitest'
import { isMeant, marked } from './ask.ts'

const said = (excerpt: string, title = '') =>
  marked(excerpt, title)
    .map((part) => (part.marked ? `[${part.text}]` : part.text))
    .join('')

describe('an excerpt of the search', () => {
  it('marks the words and not the full stop behind them', () => {
    expect(said('A larger number is a later <mark>ballot.</mark>')).toBe(
      'A larger number is a later [ballot].',
    )
  })

  it('says where it breaks off', () => {
    expect(said('It begins with a <mark>question</mark>')).toBe('It begins with a [question] …')
  })

  it('does not say the title of its part again', () => {
    expect(said('Three <mark>ballots.</mark> C asks with a number.', 'Three ballots')).toBe(
      'C asks with a number.',
    )
    expect(said('Three <mark>nodes</mark> ask.', 'Three ballots')).toBe('Three [nodes] ask.')
  })

  it('is text and never HTML', () => {
    expect(said('a &lt;img&gt; &amp;amp; <mark>&lt;b&gt;</mark>.')).toBe('a <img> &amp; [<b]>.')
  })
})

describe('a word that is found', () => {
  it('is meant where it begins as what was asked for', () => {
    expect(isMeant('snapshotting', 'a <mark>Snapshot:</mark> of it')).toBe(true)
    expect(isMeant('commit', 'in <mark>two-phase-commit</mark>')).toBe(true)
    expect(isMeant('fenc', 'a <mark>fencing</mark> token')).toBe(true)
  })

  it('is not where only a letter or two are left of it', () => {
    expect(isMeant('wombat', 'the register <mark>W.</mark>')).toBe(false)
    expect(isMeant('linearisable', 'a <mark>line</mark> of it')).toBe(false)
  })
})
