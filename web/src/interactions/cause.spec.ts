import { describe, expect, it } from 'vitest'
import { causeKey } from './cause'
import messages from './messages'

describe('release causes in words', () => {
  it.each([
    ['', ''], ['Normal Clearing', ''], ['16', ''], ['Unknown', ''], ['Normal, unspecified', ''],
    ['17', 'busy'], ['User busy', 'busy'], ['486', 'busy'], ['User alerting, no answer', 'noAnswer'],
    ['No user responding', 'noReply'], ['Subscriber absent', 'absent'], ['Call Rejected', 'rejected'],
    ['Unallocated (unassigned) number', 'noSuchNumber'], ['Circuit/channel congestion', 'full'], ['34', 'full'],
    ['Network out of order', 'network'], ['Recover on timer expiry', 'timeout'], ['99', null], ['something new', null],
  ])('%s', (cause, key) => expect(causeKey(cause)).toBe(key))

  it('has words for every key', () => {
    for (const cause of ['1', '2', '17', '18', '19', '20', '21', '22', '27', '28', '34', '38', '58', '102', '487 cancelled']) {
      expect(messages.zh.cause).toHaveProperty(causeKey(cause) ?? 'none')
    }
  })
})
