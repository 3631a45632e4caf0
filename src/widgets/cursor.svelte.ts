/** The cursor: the one place in a run that all its views show, and the clock that moves it while it plays. */
import { clamp, destination, durationAt, fasterThan, moveOfKey, playedAfter, type Move } from './playback.ts'

export class Cursor {
  #step = $state(0)
  #length = $state(0)
  #playing = $state(false)
  #speed = $state(1)
  #advanced = $state(false)
  readonly #loopFrom: number | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  /**
   * @param length how many steps the run has
   * @param step where to stand first; by default at its end
   * @param loopFrom the step from which on the run repeats for ever: playing goes on there
   */
  constructor(length: number, step = length, loopFrom?: number) {
    this.#loopFrom = loopFrom
    this.#length = length
    this.#step = clamp(step, length)
  }

  /** The step shown, from 0 (before anything happened) to `length`. */
  get step(): number {
    return this.#step
  }
  get length(): number {
    return this.#length
  }
  get playing(): boolean {
    return this.#playing
  }
  get speed(): number {
    return this.#speed
  }
  /** Whether the last move was one step forward: only that is shown as motion. */
  get advanced(): boolean {
    return this.#advanced
  }
  get atStart(): boolean {
    return this.#step === 0
  }
  get atEnd(): boolean {
    return this.#step === this.#length
  }

  /** Goes to a step, and stops playing. */
  moveTo(step: number): void {
    this.pause()
    this.#go(clamp(step, this.#length))
  }

  move(move: Move): void {
    if (move === 'toggle') {
      if (this.#playing) this.pause()
      else this.play()
    } else this.moveTo(destination(move, this.#step, this.#length))
  }

  /** Plays from here, or from the start when the run is at its end. */
  play(): void {
    if (this.#playing || this.#length === 0) return
    if (this.atEnd) this.#go(0)
    this.#playing = true
    this.#wait(durationAt(this.#speed) / 2)
  }

  pause(): void {
    this.#playing = false
    clearTimeout(this.#timer)
  }

  cycleSpeed(): void {
    this.#speed = fasterThan(this.#speed)
    if (this.#playing) this.#wait(durationAt(this.#speed))
  }

  /** The run has another length now; the cursor stays at its step, or goes to `step`. */
  resize(length: number, step = this.#step): void {
    this.pause()
    this.#length = length
    this.#go(clamp(step, length))
  }

  /** Takes the keys of a widget. Text fields, menus and buttons keep the keys that they need themselves. */
  key(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    const move = moveOfKey(event.key)
    const target = event.target as HTMLElement
    if (move === null) return
    if (target.closest('[role="menu"], [role="tablist"], select, textarea, input:not([type="range"])')) return
    // A slider moves by itself, a button is pressed by the space bar.
    if (target.closest(event.key === ' ' ? 'button, a, summary' : 'input')) return
    event.preventDefault()
    this.move(move)
  }

  #go(step: number): void {
    this.#advanced = step === this.#step + 1
    this.#step = step
  }

  #wait(duration: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (!this.#playing) return
      this.#go(playedAfter(this.#step, this.#length, this.#loopFrom))
      if (this.atEnd && this.#loopFrom === undefined) this.pause()
      else this.#wait(durationAt(this.#speed))
    }, duration)
  }
}
