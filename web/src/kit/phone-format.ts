/** Digits grouped for the eye: mobile 3-4-4, area code apart; anything else as it came. */
export function formatPhone(number: string | null | undefined): string {
  if (!number) return ''
  const digits = number.replace(/^\+86/, '')
  if (/^1\d{10}$/.test(digits)) return `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`
  if (/^[48]00\d{7}$/.test(digits)) return `${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`
  const land = /^(0(?:10|2\d|[3-9]\d{2}))(\d{4})(\d{3,4})$/.exec(digits)
  if (land) return `${land[1]} ${land[2]} ${land[3]}`
  return number
}
