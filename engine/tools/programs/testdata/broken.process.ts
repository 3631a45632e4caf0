export async function main({ sleep }: { sleep(milliseconds: number): Promise<void> }) {
  await sleep(10)
  for await (const one of [1]) await sleep(one)
}
