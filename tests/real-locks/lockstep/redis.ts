/** What `import … from 'lockstep'` becomes where a learner’s file runs against a real Redis. */
export { sleep } from './sleep.ts'
export {
  ClientClosedError,
  ErrorReply,
  MultiErrorReply,
  SimpleError,
  SocketClosedUnexpectedlyError,
  WatchError,
} from 'redis'
