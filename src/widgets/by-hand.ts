/** Everything that is loaded when a reader starts to drive by hand: the engine's driver and the figure's protocol. */
export { AnsweredHand } from './answered-hand.svelte.ts'
export { Hand } from './hand.svelte.ts'
export { loadFigure } from './load-figure.ts'
