/** Whether the local storage has something under a key: the sign that there is something of the reader's to be shown. */
export function touchedBefore(key: string): boolean {
  try {
    return localStorage.getItem(key) !== null
  } catch {
    return false
  }
}
