import type { FolderMessages } from '@/kit/i18n'

export default {
  zh: {
    title: '实时监控', comma: '、', queues: '队列', queue: '队列', contacts: '正在进行', agents: '座席', trunks: '中继', allQueues: '全部队列',
    reachable: '正常', unreachable: '不可达', noQueues: '还没有队列', noAgents: '没有座席', noQueue: '未加入队列', noDevice: '没有可用话机',
    noContacts: '现在没有来电', noContactsText: '来电进入流程、排队或通话时，会出现在这里。', place: '{queue} 第 {n} 位',
    requests: '小休申请', asks: '申请小休：{reason}', approve: '批准', refuse: '拒绝',
    tile: {
      waiting: '排队中', longest: '最长等待', level: '{n}秒服务水平', levelMixed: '服务水平', rate: '接通率', ofOffered: '{part}/{whole}',
      levelFormula: '今日：目标时间内接听 ÷（呼入 − 速挂）', rateFormula: '今日：接听 ÷ 呼入',
    },
    heads: { online: '在线', ready: '示闲', talking: '通话', wrap_up: '话后', break: '小休', not_ready: '示忙' },
    col: {
      waiting: '排队', longest: '最长等待', level: '服务水平', rate: '接通率', mean: '平均等待', ready: '示闲/在线',
      caller: '来电', number: '拨打号码', stage: '阶段', where: '位置', inStage: '本阶段', total: '总时长',
    },
  },
  en: {
    title: 'Live', comma: ', ', queues: 'Queues', queue: 'Queue', contacts: 'Going on now', agents: 'Agents', trunks: 'Trunks', allQueues: 'All queues',
    reachable: 'reachable', unreachable: 'unreachable', noQueues: 'No queues yet', noAgents: 'No agents', noQueue: 'In no queue', noDevice: 'Phone not there',
    noContacts: 'No calls now', noContactsText: 'Calls in a flow, in a queue or with an agent appear here.', place: '{queue}, place {n}',
    requests: 'Breaks asked for', asks: 'asks for a break: {reason}', approve: 'Approve', refuse: 'Refuse',
    tile: {
      waiting: 'Waiting', longest: 'Longest wait', level: '{n} s service level', levelMixed: 'Service level', rate: 'Answer rate', ofOffered: '{part}/{whole}',
      levelFormula: 'Today: answered within the target ÷ (offered − short abandons)', rateFormula: 'Today: answered ÷ offered',
    },
    heads: { online: 'Online', ready: 'Ready', talking: 'Talking', wrap_up: 'Wrap-up', break: 'Break', not_ready: 'Not ready' },
    col: {
      waiting: 'Waiting', longest: 'Longest', level: 'Serv. level', rate: 'Answered', mean: 'Ø wait', ready: 'Ready',
      caller: 'Caller', number: 'Called', stage: 'Stage', where: 'Where', inStage: 'In stage', total: 'Total',
    },
  },
} satisfies FolderMessages
