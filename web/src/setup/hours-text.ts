/** Days of a week in words: runs of three or more as a span. 1 is Monday. */
export function daysText(days: number[], t: (key: string) => string): string {
  const sorted = [...new Set(days)].sort((a, b) => a - b)
  if (sorted.length === 7) return t('setup.days.every')
  const runs: number[][] = []
  for (const day of sorted) {
    const last = runs.at(-1)
    if (last && last.at(-1) === day - 1) last.push(day)
    else runs.push([day])
  }
  const name = (day: number | undefined): string => t(`setup.days.d${day ?? 1}`)
  return runs
    .flatMap((run) => (run.length > 2 ? [`${name(run[0])}${t('setup.days.to')}${name(run.at(-1))}`] : run.map(name)))
    .join(t('setup.comma'))
}
