import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const places = ['/en/paxos/prepare/', '/en/paxos/accept/', '/en/raft/partitions/', '/en/glossary/'].map(
  (address) => ({ name: address, within: '', address }),
)
const near = (address: string) => nearest(address, places).map((place) => place.address)

describe('the places near an address that leads nowhere', () => {
  it('are those that are written almost so', () => {
    expect(near('/en/paxos/perpare')[0]).toBe('/en/paxos/prepare/')
    expect(near('/en/raft/partition/')[0]).toBe('/en/raft/partitions/')
    expect(near('/course/en/glosary/')).toEqual(['/en/glossary/'])
  })

  it('are none where nothing is like it', () => {
    expect(near('/wp-admin/setup.php')).toEqual([])
  })
})
