import type { FolderMessages } from '@/kit/i18n'

export default {
  zh: {
    title: '通讯历史', search: '搜索主叫号码', empty: '最近 7 天没有通话', emptyText: '每一通来电结束后都会记在这里。', showAll: '查看全部时间',
    refresh: '刷新', newer: '{n} 条新记录', time: '时间', first: '开始日期', last: '结束日期', going: '进行中', recorded: '有录音', drawer: '来电 {number}',
    noRecording: '没有录音', facts: '概要', way: '经过', why: '走向说明', noWhy: '没有记录', form: '来电登记', noForm: '未登记', notes: '备注', filedBy: '登记人',
    preset: { today: '今天', yesterday: '昨天', week: '最近 7 天', month: '最近 30 天', all: '全部时间', custom: '自选日期' },
    col: { at: '时间', caller: '主叫', direction: '方向', queue: '队列', agent: '座席', outcome: '结果', wait: '等待', talk: '通话', type: '业务类型', recording: '录音' },
    span: { wait: '排队等待', ring: '振铃', talk: '通话', hold: '保持', wrap: '话后' },
    fact: { offered: '开始', ended: '结束', number: '被叫', trunk: '中继', flow: '流程', queue: '队列', agent: '座席', endedBy: '挂断', lost: '离开节点', cause: '原因' },
    cause: {
      noSuchNumber: '空号', noRoute: '没有路由', busy: '对方忙', noReply: '话机没有响应', noAnswer: '无人接听', absent: '话机不在线', rejected: '对方拒接', changed: '号码已变更',
      unreachable: '线路不可达', badNumber: '号码格式不对', full: '线路已满', network: '网络故障', media: '语音编码不匹配', timeout: '长时间没有声音或响应', left: '主叫已挂机',
    },
    segment: { flow: '流程', queue: '队列', agent: '座席' },
    offer: {
      accepted: '已接听', no_answer: '无人接听', rejected: '座席拒接', caller_left: '客户挂机', taken_by_another: '他人已接', unreachable: '话机不可达', withdrawn: '已撤回', failed: '系统失败',
    },
    player: {
      title: '录音', play: '播放', pause: '暂停', back: '后退 5 秒', forward: '前进 5 秒', speed: '播放速度', download: '下载', position: '播放位置', customer: '客户', agent: '座席',
    },
  },
  en: {
    title: 'History', search: 'Search callers', empty: 'No calls in the last 7 days', emptyText: 'Every call is kept here when it ends.', showAll: 'Show all times',
    refresh: 'Refresh', newer: '{n} new', time: 'Time', first: 'First day', last: 'Last day', going: 'Going on', recorded: 'Recorded', drawer: 'Call from {number}',
    noRecording: 'No recording', facts: 'Summary', way: 'The way it went', why: 'Why it went there', noWhy: 'Nothing was noted', form: 'What was filed', noForm: 'Nothing filed', notes: 'Notes', filedBy: 'Filed by',
    preset: { today: 'Today', yesterday: 'Yesterday', week: 'Last 7 days', month: 'Last 30 days', all: 'All times', custom: 'Choose days' },
    col: { at: 'Time', caller: 'Caller', direction: 'Direction', queue: 'Queue', agent: 'Agent', outcome: 'Outcome', wait: 'Wait', talk: 'Talk', type: 'Type', recording: 'Audio' },
    span: { wait: 'Wait', ring: 'Ring', talk: 'Talk', hold: 'Hold', wrap: 'Wrap-up' },
    fact: { offered: 'Began', ended: 'Ended', number: 'Called', trunk: 'Trunk', flow: 'Flow', queue: 'Queue', agent: 'Agent', endedBy: 'Ended by', lost: 'Left at', cause: 'Cause' },
    cause: {
      noSuchNumber: 'No such number', noRoute: 'No route', busy: 'Busy', noReply: 'The phone did not respond', noAnswer: 'No answer', absent: 'The phone is offline', rejected: 'Declined', changed: 'Number changed',
      unreachable: 'Line out of reach', badNumber: 'Number in a wrong form', full: 'Lines full', network: 'Network fault', media: 'No common codec', timeout: 'No sound or response for long', left: 'The caller left',
    },
    segment: { flow: 'Flow', queue: 'Queue', agent: 'Agent' },
    offer: {
      accepted: 'Answered', no_answer: 'No answer', rejected: 'Declined', caller_left: 'Caller left', taken_by_another: 'Taken by another', unreachable: 'Unreachable', withdrawn: 'Withdrawn', failed: 'Failed',
    },
    player: {
      title: 'Recording', play: 'Play', pause: 'Pause', back: 'Back 5 seconds', forward: 'Forward 5 seconds', speed: 'Speed', download: 'Download', position: 'Position', customer: 'Customer', agent: 'Agent',
    },
  },
} satisfies FolderMessages
