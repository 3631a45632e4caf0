/**
 * Where the text of a page can be changed: `LOCKSTEP_EDIT` is an address with `{path}` for the file, such as
 * `https://git.example/edit/main/{path}`. Where it is not set no page offers it. For use while pages are built.
 */
export function editAddress(
  path: string | undefined,
  pattern = process.env.LOCKSTEP_EDIT,
): string | undefined {
  if (!pattern || path === undefined) return undefined
  return pattern.replace('{path}', path.split('/').map(encodeURIComponent).join('/'))
}
