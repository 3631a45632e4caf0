/** The claims (C…) and errata (E…) of the chapter on locks as checks, gathered from its pages' files. */
import type { Check } from '../check.ts'
import { checks as herd } from './herd.ts'
import { checks as introduction } from './introduction.ts'
import { checks as redisSetnx } from './redis-setnx.ts'
import { checks as uniqueIndex } from './unique-index.ts'
import { checks as zookeeper } from './zookeeper.ts'
import { checks as redlock } from './redlock.ts'

export const checks: readonly Check[] = [
  ...introduction,
  ...uniqueIndex,
  ...redisSetnx,
  ...redlock,
  ...zookeeper,
  ...herd,
]
