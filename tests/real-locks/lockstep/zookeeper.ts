/** What `import … from 'lockstep'` becomes where a learner’s file runs against a real ZooKeeper. */
export { sleep } from './sleep.ts'
export { ACL, CreateMode, Event, Exception, State } from 'node-zookeeper-client'
