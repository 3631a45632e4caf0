declare module 'virtual:sandbox-worker' {
  /** The address of the sandbox's worker: one classic script, for the page to fetch. Empty while pages are built. */
  const url: string
  export default url
}
