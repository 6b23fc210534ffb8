/** The outline of one channel as an SVG path in a box of `peaks.length` × 2, mirrored about y = 1. */
export function outline(peaks: number[]): string {
  if (!peaks.length) return ''
  const height = (peak: number): number => Math.max(0.02, Math.min(1, peak))
  const round = (value: number): string => String(Math.round(value * 1000) / 1000)
  const up = peaks.map((peak, x) => `${x},${round(1 - height(peak))}`)
  const down = peaks.map((peak, x) => `${x},${round(1 + height(peak))}`).reverse()
  return `M${up.join('L')}L${down.join('L')}Z`
}

/** Quiet telephone speech drawn large enough to be read: the loudest peak of both channels fills the height. */
export function scaled(channels: number[][]): number[][] {
  const loudest = Math.max(0.05, ...channels.map((channel) => Math.max(0, ...channel)))
  return channels.map((channel) => channel.map((peak) => peak / loudest))
}
