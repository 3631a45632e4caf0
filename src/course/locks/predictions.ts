/** The questions of the chapter on locks, gathered from its pages' files. */
import type { Prediction } from '../prediction.ts'
import { predictions as comparison } from './comparison.ts'
import { predictions as introduction } from './introduction.ts'
import { predictions as redisSetnx } from './redis-setnx.ts'
import { predictions as uniqueIndex } from './unique-index.ts'
import { predictions as zookeeper } from './zookeeper-runs.ts'
import { predictions as redlock } from './redlock-runs.ts'

export const predictions: readonly Prediction[] = [
  ...introduction,
  ...uniqueIndex,
  ...redisSetnx,
  ...redlock,
  ...zookeeper,
  ...comparison,
]
