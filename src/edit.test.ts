import { describe, expect, it } from 'vitest'
import { editAddress } from './edit.ts'

describe('the address at which a page can be changed', () => {
  it('is that of its file', () => {
    expect(editAddress('content/en/paxos/index.mdx', 'https://git.example/edit/main/{path}')).toBe(
      'https://git.example/edit/main/content/en/paxos/index.mdx',
    )
  })

  it('is none where nobody said which', () => {
    expect(editAddress('content/en/paxos/index.mdx', '')).toBe(undefined)
    expect(editAddress(undefined, 'https://git.example/{path}')).toBe(undefined)
  })
})
