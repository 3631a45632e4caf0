/** Systems of processes and one ZooKeeper. */
import { type ClientSystem, clientSystem } from '../../../engine/clients/client-system.ts'
import type { Link } from '../../../engine/clients/link.ts'
import { serverNode } from '../../../engine/services/server-node.ts'
import { zookeeperLink } from '../../../engine/services/zookeeper/link.ts'
import { zookeeper } from '../../../engine/services/zookeeper/server.ts'
import { apply } from '../../../engine/services/zookeeper/tree.ts'
import { treeView } from '../../../engine/services/zookeeper/view.ts'
import { type Processes, type Runs, processesOf, stocked } from './systems.ts'

/** A ZooKeeper in which these persistent nodes are there from the start. */
export function zookeeperWith(paths: readonly string[]): typeof zookeeper {
  return stocked(zookeeper, (state) => {
    for (const path of paths) apply(state.tree, { op: 'create', path, data: null, mode: 0 }, '', 0)
  })
}

export interface ZooKeeperSetup
  extends Omit<ClientSystem, 'processes' | 'servers'>, Partial<Omit<Processes, 'links'>> {
  /** The persistent nodes that are there from the start; left out: `/lock`. */
  readonly paths?: readonly string[]
  /** After how many milliseconds a session ends of which nothing is heard. */
  readonly timeout?: number
  /** What the processes are connected to besides. */
  readonly links?: Readonly<Record<string, Link>>
  readonly servers?: ClientSystem['servers']
}

/** Processes that run the same, and a ZooKeeper, which they are handed as `zookeeper`; its node is `zk`. */
export function withZooKeeper(
  ids: readonly string[],
  runs: Runs,
  {
    paths = ['/lock'],
    timeout = 10_000,
    entry,
    parameters,
    readsClock,
    links = {},
    servers = {},
    ...more
  }: ZooKeeperSetup = {},
) {
  const pings = more.time !== undefined
  return clientSystem({
    processes: processesOf(ids, runs, {
      links: { zookeeper: zookeeperLink('zk', { timeout, pings }) as Link, ...links },
      ...(entry !== undefined && { entry }),
      ...(parameters !== undefined && { parameters }),
      ...(readsClock !== undefined && { readsClock }),
    }),
    servers: {
      zk: serverNode(zookeeperWith(paths), { zxid: false, cversion: false }, { show: treeView }),
      ...servers,
    },
    ...more,
  })
}
