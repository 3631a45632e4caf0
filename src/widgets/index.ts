/**
 * The widgets: views of one run over one cursor. This page is their contract.
 *
 * Every view takes `record` (a RunRecord), `cursor` (a Cursor) and `words` (a Words), and nothing else is needed.
 * They draw on the server as they do in the page. None of them fetches, stores or computes a step.
 *
 *     <Topology   {record} {cursor} {words} fields? hand? label? width? steady? />
 *         fields   which state fields stand under a node: { acceptor: ['promised', 'accepted'] } by role
 *         hand     a Driven, such as a Hand: makes pills and nodes buttons; without it the picture is an image
 *     <SpaceTime  {record} {cursor} {words} lanes? dimOutside? failure? label? maxHeight? children? />
 *         lanes        nodes from left to right; by default those of the record, in its order
 *         dimOutside   steps that stay bright, such as failurePast(record); the others are drawn fainter
 *         failure      the number of the step that broke a property: its mark is red
 *         maxHeight    CSS length; past it the diagram scrolls inside itself and follows the cursor
 *         children     drawn over the diagram; `rowY` of space-time-layout.ts says where a step is
 *     <StateTable {record} {cursor} {words} fields? roles? idle? />
 *         fields   by role, which paths are shown and in which order; by default every path that the run shows
 *         roles    which roles are shown; by default all
 *         idle     nodes that played no part in a failure
 *     <HistoryView {record} {cursor} {words} model />   in history/
 *         what clients did, as bars: nodes whose state has `operations` (history/operations.ts)
 *         model    what one object does, from engine/linearizability/models.ts
 *     <Transcript {record} {cursor} {words} dimOutside? failure? only? notes? />
 *         the ordered list of steps in words, each a button that moves the cursor
 *         only     leaves out the steps outside dimOutside
 *         notes    what stands above a step, by its number
 *     <Sentence   {record} {cursor} {words} />
 *         "Step 5 of 9 · …", a live region: one per set of views
 *     <Controls   {cursor} {words} children? />
 *         the row of controls; `children` stand at its end
 *     <RunFigure  … />
 *         all of it in one frame, as a chapter shows it: see RunFigure.svelte, figure.ts and components/Widget.astro
 *
 * The cursor is shared by giving the same one to each: `const cursor = new Cursor(record.steps.length)`. A new record
 * gets a new cursor or `cursor.resize(length)`. `onkeydown={(event) => cursor.key(event)}` on what surrounds the
 * views gives the keys: ←/→ a step, Home/End, space plays.
 *
 * `words` is a plain object: the widgets' words (src/text/en-widgets.ts) together with the engine's, which put a step
 * into a sentence.
 */
export type { Driven } from './driven.ts'
export type { Hand } from './hand.svelte.ts'
export type { FigureDefinition, Words } from './figure.ts'
export { Cursor } from './cursor.svelte.ts'
export { default as Controls } from './Controls.svelte'
export { default as Sentence } from './Sentence.svelte'
export { default as SpaceTime } from './SpaceTime.svelte'
export { default as StateTable } from './StateTable.svelte'
export { default as Topology } from './Topology.svelte'
export { default as Transcript } from './Transcript.svelte'
