import type { Tree } from '@/kit/i18n'

export default {
  name: '名称', nameEn: '英文名称', nameEnHelp: '英文界面显示，可不填。', state: '状态', on: '启用', off: '停用', timezone: '时区',
  comma: '、', seconds: '{n} 秒', removeAsk: '确定删除吗？删除后不能恢复。',
  unit: { s: '秒', times: '次' },
  invalid: {
    required: '请填写此项。', pattern: '格式不对，请检查。', number: '请填写数字。',
    atLeastChars: '至少 {n} 个字符。', atMostChars: '最多 {n} 个字符。', atLeast: '不能小于 {n}。', atMost: '不能大于 {n}。',
  },
  secret: { once: '只显示这一次，请现在复制并妥善保管。', copy: '复制', copied: '已复制' },
  steps: {
    title: '开通步骤', done: '已完成', open: '未完成', numbers: '号码', flows: '流程', queues: '队列', agents: '座席', call: '试拨',
    numbersText: '登记一个号码，并指定来电走哪个流程', flowsText: '发布一个流程', queuesText: '建一个队列并加入座席',
    agentsText: '添加座席', callText: '拨一通电话，看它走到哪里',
  },
  test: {
    title: '试拨', noNumber: '还没有可拨打的号码：请先登记号码并指定流程。', dial: '请用任意电话拨打：',
    noTrunk: '目前没有可用的中继，外线电话可能打不进来。', lab: '还没有中继？在服务器上运行：', waiting: '等待来电…',
  },
  strategy: { longest_idle: '空闲最久优先', round_robin: '轮流分配', ring_all: '全体振铃' },
  device: { auto: '自动（浏览器优先）', browser: '浏览器', phone: '话机' },
  queue: {
    new: '新建队列', search: '搜索队列', empty: '还没有队列', emptyText: '来电在队列里等待，由队列里的座席接听。',
    members: '座席', membersHelp: '轮流分配时按此顺序。', noMembers: '没有座席，来电无人接听', addMember: '添加座席', allIn: '所有座席都已加入',
    up: '上移 {name}', down: '下移 {name}', leave: '移出 {name}',
    strategy: '分配方式', strategyHelp: '来电先给谁。', ring: '振铃时长', ringShort: '振铃', wrap: '话后时长', wrapShort: '话后',
    misses: '连续未接上限', missesHelp: '连续这么多次未接，座席转为示忙。', level: '服务水平目标', levelShort: '服务水平', levelHelp: '在这个时间内接听算达标。',
    maxWait: '最长等待', maxWaitShort: '最长等待', maxWaitHelp: '超过后离开队列，走流程的“超时”出口。不填则一直等待。', endless: '不限',
    announce: '播报排队位置', announceEvery: '播报间隔', weight: '权重', weightHelp: '座席同时服务多个队列时，权重大的来电优先。',
  },
  number: {
    new: '登记号码', empty: '还没有号码', emptyText: '登记运营商给您的号码，来电才知道走哪个流程。',
    number: '号码', numberHelp: '与中继送来的被叫号码一致，例如 02088880000。', numberBad: '只能有数字、* 和 #，开头可以有 +。',
    label: '备注名', labelHelp: '座席弹屏时看到，例如“服务热线”。', flow: '流程', flowHelp: '来电从这里开始。', noFlow: '未指定，来电会被拒绝',
    hours: '工作时间', hoursHelp: '不填则由流程判断。', enabled: '接受来电',
  },
  trunk: {
    new: '新建中继', empty: '还没有中继', emptyText: '中继是通往运营商的 SIP 线路。', nameHelp: '小写字母、数字和连字符，例如 telecom-1。', nameBad: '只能用小写字母、数字和连字符，开头不能是连字符。',
    kind: '对接方式', kindHelp: '运营商按 IP 认证，或给您账号注册。', kinds: { ip: 'IP 认证', registered: '账号注册' },
    addresses: '对方 IP 地址', addressesHelp: '只接受来自这些地址的来电，可填网段，例如 203.0.113.0/28。输入后按回车。',
    host: '服务器地址', hostHelp: '呼出时发往这里；只呼入可不填。', username: '账号', password: '密码', passwordKept: '已保存；不改请留空。',
    port: '端口', transport: '传输', codecs: '语音编码', codecsHelp: '按先后顺序协商。', limit: '并发上限', limitHelp: '0 表示不限。', limitShort: '并发上限', unlimited: '不限',
    strip: '主叫去前缀', stripHelp: '来电号码以此开头时去掉。', prefix: '主叫加前缀', prefixHelp: '来电号码前补上，例如 0。', enabled: '启用', far: '对端',
    light: { good: '正常', bad: '不可达', off: '停用' },
  },
  user: {
    new: '新建用户', search: '搜索姓名或用户名', empty: '还没有用户', person: '姓名', username: '用户名', usernameHelp: `登录用，字母或数字开头，可含 . _ - {'@'}。`,
    role: '角色', extension: '分机', extensionHelp: '填了分机就是座席，可以接听来电。', extensionBad: '分机是 2 到 6 位数字。', queues: '队列', signedIn: '上次登录',
    password: '密码', passwordHelp: '已随机生成，也可自行填写，至少 8 位。', passwordShort: '至少 8 位。', language: '界面语言', active: '允许登录', activeHelp: '关闭后立即退出，不能再登录。',
    device: '接听设备', secrets: '密码', reset: '重置登录密码', resetAsk: '旧密码立即失效，确定重置吗？', resetSip: '生成话机密码', resetSipAsk: '已注册的话机需要改用新密码，确定吗？',
    made: '用户已创建', pass: '登录信息', phonePass: '话机注册信息', sipServer: '服务器', sipUser: '账号', status: { good: '正常', bad: '已锁定', off: '停用' },
  },
  flow: {
    upload: '上传流程', publish: '发布新版本', doPublish: '发布', publishedNow: '已发布', empty: '还没有流程', emptyText: '流程决定来电听到什么、走到哪里。上传一个 JSON 定义来发布。',
    version: '当前版本', versionNo: '第 {n} 版', versions: '版本', noNote: '无说明', published: '发布时间', created: '创建时间', download: '下载定义',
    nodes: '节点', key: '按 {key}', toQueue: '进入队列：{name}', byHours: '按工作时间：{name}', file: '定义文件', fileHelp: 'JSON 格式的流程定义。', read: '{file}：{n} 个节点',
    unreadable: '读不懂这个文件：需要含有 start 和 nodes 的 JSON。', note: '版本说明', noteHelp: '写给同事看：改了什么。',
    outlet: {
      next: '然后', open: '工作时间', closed: '非工作时间', holiday: '节假日', failed: '多次未成功', timeout: '超时', full: '队列满', no_agent: '无座席',
      default: '其他', done: '完成', error: '出错', yes: '是', no: '否',
    },
    kind: {
      answer: '应答', play: '播放', say: '播报', menu: '菜单', collect: '收号', branch_hours: '判断时间', branch_caller: '判断主叫',
      branch_variable: '判断变量', set: '设变量', queue: '进队列', hang_up: '挂机',
    },
    problem: {
      unknown_start: '起始节点“{value}”不存在', unknown_target: '指向的节点“{value}”不存在', unknown_outlet: '没有“{value}”这个出口', missing_branch: '出口“{value}”没有去向',
      menu_without_keys: '菜单没有任何按键', unreachable_node: '走不到这个节点', loop_without_input: '会不停循环', unknown_format: '读法“{value}”不存在',
      unknown_hours: '工作时间不存在', unknown_sound: '语音不存在', unknown_queue: '队列“{value}”不存在',
    },
  },
  hours: {
    new: '新建工作时间', empty: '还没有工作时间', emptyText: '流程按工作时间决定接听还是播放下班提示。', now: '现在', open: '工作中', closed: '休息', week: '每周', never: '不营业',
    exceptions: '特殊日期', days: '星期', from: '从', to: '到', date: '日期', addPeriod: '添加时段', dropPeriod: '删除时段', addDay: '添加日期', dropDay: '删除日期', dayOff: '休息', dayOn: '营业',
  },
  days: {
    every: '每天', to: '至', d1: '周一', d2: '周二', d3: '周三', d4: '周四', d5: '周五', d6: '周六', d7: '周日', s1: '一', s2: '二', s3: '三', s4: '四', s5: '五', s6: '六', s7: '日',
  },
  company: {
    settings: '基本设置', types: '业务类型', reasons: '小休原因', roles: '角色', keys: 'API 密钥', audit: '操作日志', name: '企业名称',
    timezoneHelp: '所有时间按此时区显示和统计。', languageHelp: '新用户的默认语言。', areaCode: '本地区号', areaCodeHelp: '识别没有区号的本地来电。', areaCodeBad: '区号以 0 开头，3 到 4 位，例如 020。',
    shortAbandon: '速挂时长', shortAbandonHelp: '客户在此时间内挂断算速挂，不计入放弃率和服务水平。',
  },
  word: {
    type: '业务类型', reason: '小休原因', typeNew: '新建业务类型', reasonNew: '新建小休原因', typeEmpty: '还没有业务类型', reasonEmpty: '还没有小休原因',
    position: '排序', active: '启用', activeHelp: '停用后座席不能再选，历史记录不变。', approval: '需要审批', approvalHelp: '座席申请后，由班长在监控页批准。',
  },
  role: { new: '新建角色', empty: '还没有角色', kind: '类别', builtin: '内置', own: '自定义', permissions: '权限', builtinHelp: '内置角色不能修改；需要不同权限请新建角色。' },
  permission: {
    all: '全部权限', desk: '使用工作台', live_read: '查看监控', interactions_read: '查看全部记录', interactions_read_own: '查看自己的记录', recordings_read: '收听录音',
    setup_read: '查看设置', setup_write: '修改设置', users_read: '查看用户', users_write: '管理用户', audit_read: '查看操作日志', keys_write: '管理 API 密钥',
  },
  key: {
    new: '新建密钥', empty: '还没有 API 密钥', emptyText: '其他系统用密钥调用接口，权限由您指定。', nameHelp: '哪个系统在用，例如“CRM”。', hint: '末尾', maker: '创建人', used: '上次使用',
    revoke: '吊销', revokeAsk: '吊销后使用它的系统立即失去访问，确定吗？', made: '密钥已创建', secret: '密钥',
  },
  audit: {
    empty: '还没有操作记录', at: '时间', actor: '操作人', act: '操作', subject: '对象', detail: '详情', address: '地址',
    acts: {
      session_opened: '登录', session_closed: '退出登录', session_refused: '登录失败', session_locked_out: '登录被锁定', agent_sip_password_renewed: '生成话机密码',
      agent_web_secret_renewed: '更新浏览器话机', flow_published: '发布流程', user_password_changed: '修改密码', user_password_refused: '修改密码失败', interactions_store_recording: '保存录音',
    },
    things: {
      user: '用户', agent: '座席', queue: '队列', number: '号码', trunk: '中继', flow: '流程', hours: '工作时间', sound: '语音', role: '角色', key: 'API 密钥', settings: '企业设置',
      tenant: '企业', break_reason: '小休原因', business_type: '业务类型',
    },
    done: { created: '新建', changed: '修改', deleted: '删除' },
  },
  errors: {
    username_taken: '这个用户名已被使用，请换一个。', extension_taken: '这个分机已被使用，请换一个。', unknown_role: '角色不存在，请重新选择。', last_admin: '至少要保留一位能登录的管理员。',
    already_agent: '此用户已经是座席。', role_name_taken: '这个角色名已被使用，请换一个。', role_in_use: '还有用户是这个角色，请先为他们换角色。', role_builtin: '内置角色不能修改或删除。',
    beyond_your_rights: '不能给出您自己没有的权限。', queue_name_taken: '这个队列名已被使用，请换一个。', queue_member_unknown: '有座席已不存在，请刷新后再试。',
    queue_in_use: '有流程正在使用这个队列，请先修改流程。', number_taken: '这个号码已经登记过。', trunk_taken: '这个中继名已被使用，请换一个。', name_taken: '这个名称已被使用，请换一个。',
    hours_in_use: '有流程或号码正在使用，请先改掉。', flow_refused: '这个流程还不能发布，请先改正以下问题：', business_type_taken: '这个业务类型已存在。', business_type_in_use: '已有记录使用它，不能删除；可以停用。',
    break_reason_taken: '这个小休原因已存在。', invalid: '有内容填写不对，请检查。',
  },
} satisfies Tree
