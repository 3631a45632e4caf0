/** The figures of the chapter on locks, gathered from its pages' files. */
import type { FigureDefinition } from '../../widgets/figure.ts'
import { figures as herd } from './herd-figures.ts'
import { figures as introduction } from './introduction.ts'
import { figures as redisSetnx } from './redis-setnx.ts'
import { figures as uniqueIndex } from './unique-index.ts'
import { figures as tree } from './tree.ts'
import { figures as zookeeper } from './zookeeper-runs.ts'
import { figures as redlock } from './redlock-runs.ts'

export const figures: readonly FigureDefinition[] = [
  ...introduction,
  ...uniqueIndex,
  ...redisSetnx,
  ...redlock,
  ...zookeeper,
  ...tree,
  ...herd,
]
