/** Q.850 causes of the release, by number and by the switch's words for them. */
const BY_NUMBER: Record<number, string> = {
  1: 'noSuchNumber', 2: 'noRoute', 3: 'noRoute', 17: 'busy', 18: 'noReply', 19: 'noAnswer', 20: 'absent', 21: 'rejected',
  22: 'changed', 27: 'unreachable', 28: 'badNumber', 34: 'full', 38: 'network', 41: 'network', 42: 'full', 44: 'full',
  47: 'full', 58: 'media', 88: 'media', 102: 'timeout', 127: 'network',
}
const BY_WORDS: [RegExp, string][] = [
  [/unallocated|404/i, 'noSuchNumber'],
  [/no route/i, 'noRoute'],
  [/busy|486|600/i, 'busy'],
  [/alerting|no answer/i, 'noAnswer'],
  [/no user responding|408/i, 'noReply'],
  [/absent|480/i, 'absent'],
  [/reject|403|603/i, 'rejected'],
  [/number changed/i, 'changed'],
  [/destination out of order/i, 'unreachable'],
  [/invalid number|484/i, 'badNumber'],
  [/congestion|circuit|channel|503/i, 'full'],
  [/network out of order|temporary failure|interworking|500|502/i, 'network'],
  [/bearer|incompatible|488/i, 'media'],
  [/timer|rtp|timeout|504/i, 'timeout'],
  [/cancel|487/i, 'left'],
]
/** A release as it should be, or one that nobody knows anything of. */
const PLAIN = /^(\s*|0|16|26|31|unknown|normal.*|answered elsewhere)$/i

/**
 * The key of the words for a release cause (`interactions.cause.<key>`); empty for a release as it should be,
 * null for one that has no words of ours: then the switch's own are shown.
 */
export function causeKey(cause: string): string | null {
  if (PLAIN.test(cause)) return ''
  if (/^\d{1,3}$/.test(cause) && Number(cause) < 128) return BY_NUMBER[Number(cause)] ?? null
  return BY_WORDS.find(([pattern]) => pattern.test(cause))?.[1] ?? null
}
