/** The small exercise in the language of clients, as a folder: for the command line and for the gate. */
export { exercise as default } from '../../../../engine/testing/small-client-exercise.ts'
