/**
 * Starts and ends real servers for the comparison: processes that listen on loopback, in folders of their own, never the
 * system's own services. Whatever was started here ends with this process, on an exception and on Ctrl-C as well.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type { RealServer } from './subject.ts'

/** The numbers by which the system knows a user. */
export interface User {
  readonly uid: number
  readonly gid: number
}

/** A program to be started. */
export interface Program {
  /** Its path, or a name that is looked for on PATH. */
  readonly command: string
  readonly args: readonly string[]
  /** Where it runs. */
  readonly folder: string
  /** As whom it runs: needs root. Else as the one who runs this. */
  readonly user?: User | undefined
  /** Added to this process's environment. */
  readonly environment?: { readonly [name: string]: string }
  /** What asks it to end; after ten seconds it is killed. */
  readonly stopSignal?: NodeJS.Signals
  /** What ends it at once, where nothing can be waited for any more. */
  readonly killSignal?: NodeJS.Signals
}

/** A process that was started. */
export interface RunningProgram extends RealServer {
  /** The last of what it has written, for the message when something is wrong. */
  output(): string
  /** Has it ended? */
  ended(): boolean
  /** Sends a signal to exactly this process, such as SIGKILL for a crash. */
  signal(signal: NodeJS.Signals): void
  /** Comes when it has ended. */
  readonly end: Promise<void>
}

/** How long a server may take until it answers, and how long until it has ended. Slow machines need some of it. */
const START_MS_MAX = 60_000
const STOP_MS_MAX = 10_000
const OUTPUT_LENGTH_MAX = 20_000

const running = new Set<{ readonly child: ChildProcess; readonly program: Program }>()
const folders = new Set<string>()
let guarded = false

/** Starts a program. It is running when this returns, but need not listen yet: see `whenListening`. */
export function startProgram(program: Program): RunningProgram {
  guard()
  const { command, args, folder, user } = program
  const child = spawn(command, [...args], {
    cwd: folder,
    env: { ...process.env, ...program.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_LENGTH_MAX)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  let ended = false
  const entry = { child, program }
  running.add(entry)
  const end = new Promise<void>((resolve) => {
    const done = (): void => {
      ended = true
      running.delete(entry)
      resolve()
    }
    child.on('exit', done)
    child.on('error', (error) => {
      output += error.message
      if (child.pid === undefined) done()
    })
  })
  return {
    end,
    output: () => output,
    ended: () => ended,
    signal: (signal) => void child.kill(signal),
    async stop() {
      if (ended) return
      child.kill(program.stopSignal ?? 'SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      await end
      clearTimeout(timer)
    },
  }
}

/** Runs a program to its end, `initdb` for instance. @throws Error with what it wrote when it fails */
export async function runProgram(program: Program): Promise<void> {
  const child = startProgram(program)
  let code: number | null = null
  for (const entry of running) if (entry.program === program) entry.child.on('exit', (exit) => (code = exit))
  await child.end
  if (code !== 0) throw new Error(`${program.command} failed (${code}):\n${child.output()}`)
}

/**
 * Waits until a program accepts connections on a port of the loopback interface.
 * @throws Error with what it wrote, when it ends before that or takes more than a minute
 */
export async function whenListening(program: RunningProgram, port: number): Promise<void> {
  await whenReady(program, () => accepts(port))
}

/** Waits until a program answers in the way that the function asks for. @throws Error as `whenListening` */
export async function whenReady(program: RunningProgram, ready: () => Promise<boolean>): Promise<void> {
  const last = Date.now() + START_MS_MAX
  while (!(await ready())) {
    if (program.ended()) throw new Error(`The server ended while it started:\n${program.output()}`)
    if (Date.now() > last) {
      await program.stop()
      throw new Error(`The server did not answer within ${START_MS_MAX} ms:\n${program.output()}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => end(true))
    socket.on('error', () => end(false))
  })
}

/** A port of the loopback interface that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

/** An empty folder that is gone when this process has ended. Only its owner gets into it: see `giveTo`. */
export function temporaryFolder(name: string): string {
  guard()
  const folder = mkdtempSync(path.join(os.tmpdir(), `lockstep-${name}-`))
  folders.add(folder)
  return folder
}

/** Removes a folder that `temporaryFolder` made, with all that is in it. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  folders.delete(folder)
}

/** A user of this system, or null. */
export function userNamed(name: string): User | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  if (line === undefined) return null
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** Makes a folder and what is in it another user's own. Needs root. */
export function giveTo(folder: string, user: User): void {
  chownSync(folder, user.uid, user.gid)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const inside = path.join(folder, entry.name)
    if (entry.isDirectory()) giveTo(inside, user)
    else chownSync(inside, user.uid, user.gid)
  }
}

/** The path of a program on PATH, or in one of further folders; null where it is not there. */
export function findProgram(name: string, furtherFolders: readonly string[] = []): string | null {
  const all = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin', ...furtherFolders]
  return all.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null
}

/** What asks, before Debian's packages start the service that they bring along, whether they may. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d'

/**
 * Installs Debian's packages, if that can be done: apt-get is there, and this is root. The services that they bring along
 * are not started.
 * @returns whether it was tried
 */
export function installPackages(packages: readonly string[]): boolean {
  const hasApt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0
  if (!hasApt || process.getuid?.() !== 0) return false
  const apt = (...args: string[]): void => {
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  const ownPolicy = !existsSync(SERVICE_POLICY)
  if (ownPolicy) {
    writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n')
    chmodSync(SERVICE_POLICY, 0o755)
  }
  try {
    apt('update')
    apt('install', '-y', '--no-install-recommends', ...packages)
  } finally {
    if (ownPolicy) rmSync(SERVICE_POLICY, { force: true })
  }
  return true
}

/** Ends everything that was started and is still running, and removes the folders. */
export async function stopAll(): Promise<void> {
  await Promise.all(
    [...running].map(async ({ child, program }) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill(program.stopSignal ?? 'SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      await ended
      clearTimeout(timer)
    }),
  )
  for (const folder of folders) removeFolder(folder)
}

/** From the first start on, nothing outlives this process. */
function guard(): void {
  if (guarded) return
  guarded = true
  const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void stopAll().finally(() => process.exit(128 + numbers[signal])))
  process.on('exit', () => {
    for (const { child, program } of running) child.kill(program.killSignal ?? 'SIGKILL')
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
}
