/**
 * Holds random runs of the simulator against the explorer's model and a run by hand, step by step: what comes of each
 * action must be the same, and nothing may happen that the model does not allow.
 */
import assert from 'node:assert/strict'
import { ActorModel } from '../actors/actor-model.ts'
import { shownOf } from '../actors/shown.ts'
import { Repetition, SPARSE } from '../actors/repetition.ts'
import type { System } from '../actors/system.ts'
import { Run } from '../drivers/run.ts'
import { chooserOf } from '../drivers/simulate.ts'
import type { Choice } from '../drivers/simulate-choice.ts'
import { LiveSystem } from '../drivers/simulate-live.ts'
import { type Action, faultOf, successorRows } from '../model.ts'
import { canonical } from '../plain.ts'

const ALL = 0xffff

/** What a system is at one moment, as text: nodes, what is on its way, what properties see and say. */
export interface Picture {
  readonly nodes: string
  readonly inFlight: string
  readonly view: string
  readonly history: string
  readonly inspection: number
}

export function pictureOfLive(live: LiveSystem): Picture {
  const now = live.time?.now ?? null
  const inFlight = [...live.pending, ...live.arrived].map(({ to, from, type, fields, due }) =>
    canonical([live.nodes[to]!.id, from, type, fields, now === null ? 0 : Math.max(0, due - now)], 'message'),
  )
  return {
    nodes: canonical(
      live.nodes.map((node) => node.local(now)),
      'nodes',
    ),
    inFlight: (live.repeats ? [...new Set(inFlight)] : inFlight).sort().join('\n'),
    view: canonical(live.view, 'view'),
    history: canonical(live.history, 'history'),
    inspection: live.inspect(ALL),
  }
}

export function pictureOfRow(model: ActorModel, row: Int32Array): Picture {
  const { nodes } = model.system
  const locals = nodes.map((_, node) => model.behaviour.locals.values[model.localAt(node, row[node]!)]!)
  const inFlight = nodes.flatMap(({ id }, node) =>
    model.inboxAt(node, row[node]!).map((item) => {
      const { from, type, fields } = model.messageData(model.inboxes.messageOf(item))
      return canonical([id, from, type, fields, model.inboxes.leftOf(item)], 'message')
    }),
  )
  return {
    nodes: canonical(locals, 'nodes'),
    inFlight: inFlight.sort().join('\n'),
    view: canonical(model.view(row), 'view'),
    history: canonical(model.history(row), 'history'),
    inspection: model.inspect(row),
  }
}

/** The row after an action; one that changes nothing, and so is not among the successors, may still be a fault. */
function rowAfter(model: ActorModel, row: Int32Array, action: Action): Int32Array {
  const text = canonical(action, 'action')
  const rows = successorRows(model, row)
  const index = rows.findIndex((_, number) => canonical(model.actionAt(row, number), 'action') === text)
  if (index >= 0) return rows[index]!
  const same = row.slice()
  const fault = faultOf(action)
  if (fault) model.countFault(same, fault)
  return same
}

/** What the model could still do where a random run has come to its end. Random runs lose nothing in a network that repeats. */
function leftOver(model: ActorModel, row: Int32Array): Action[] {
  const repeats = model.system.network.duplicates === 'unlimited'
  return successorRows(model, row)
    .map((_, number) => model.actionAt(row, number))
    .filter(({ kind }) => !repeats || kind !== 'drop')
}

function aged(model: ActorModel, row: Int32Array, milliseconds: number): Int32Array {
  const after = row.slice()
  for (let node = 0; node < model.system.nodes.length; node++)
    after[node] = model.agedPlace(node, row[node]!, milliseconds)
  return after
}

/** Draws a run and holds it against the model and a run by hand, step by step. Gives the number of its steps. */
export function compared(
  system: System,
  seed: number,
  stepsMax: number,
  options: ComparedOptions = {},
): number {
  const { choice = 'weighted', closely = false, calmFrom = Infinity } = options
  const live = new LiveSystem(system, new Repetition(system, SPARSE), { closely, recorded: true })
  const chooser = chooserOf(live, seed, choice)
  const model = new ActorModel(system)
  const run = new Run(system)
  let row = model.initial()[0]!
  assert.deepEqual(pictureOfLive(live), pictureOfRow(model, row))
  for (let step = 0; step < stepsMax; step++) {
    if (!(step < calmFrom ? chooser.step() : chooser.fairStep())) {
      if (step < calmFrom) assert.deepEqual(leftOver(model, row), [])
      break
    }
    const action = live.actions!.at(-1)!
    const isCut = run.record.frames.at(-1)!.groups !== null
    // The model knows no cut, which holds up what is due across; how much may pass then, the run by hand says.
    row =
      isCut && action.kind === 'pass' ? aged(model, row, action.milliseconds) : rowAfter(model, row, action)
    run.take(action)
    assert.equal(run.record.frames.at(-1)!.groups !== null, live.isCut)
    const picture = pictureOfLive(live)
    assert.deepEqual(picture, pictureOfRow(model, row))
    const { nodes, inFlight, now } = run.record.frames.at(-1)!
    assert.deepEqual(
      nodes.map(({ up, state, disk, timers, clock }) => canonical([up, state, disk, timers, clock], 'run')),
      live.nodes.map((node) => {
        const { up, state, disk, timers, clock } = node.local(live.time?.now ?? null)
        return canonical([up, shownOf(node.node, state), disk, timers, clock], 'live')
      }),
    )
    if (!live.repeats) assert.deepEqual(inFlight.length, live.pending.length)
    if (live.time) {
      assert.deepEqual(now, live.time.now)
      const left = live.pending.map(({ due }) => Math.max(0, due - now!))
      assert.deepEqual(inFlight.map(({ arrivesIn }) => arrivesIn).sort(), left.sort())
    }
    assert.deepEqual(run.inspection, picture.inspection)
    if (step % 7 > 0) continue
    assert.deepEqual(live.isStuck(true), run.stuck)
    assert.deepEqual(live.isStuck(false), run.atRest)
  }
  return live.steps
}

export interface ComparedOptions {
  readonly choice?: Choice
  readonly closely?: boolean
  readonly calmFrom?: number
}
