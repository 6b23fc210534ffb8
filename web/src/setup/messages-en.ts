import type { Tree } from '@/kit/i18n'

export default {
  name: 'Name', nameEn: 'English name', nameEnHelp: 'Shown in the English interface. Optional.', state: 'State', on: 'On', off: 'Off', timezone: 'Time zone',
  comma: ', ', seconds: '{n} s', removeAsk: 'Delete it? This cannot be undone.',
  unit: { s: 'seconds', times: 'times' },
  invalid: {
    required: 'Fill this in.', pattern: 'This does not have the right form.', number: 'Enter a number.',
    atLeastChars: 'At least {n} characters.', atMostChars: 'At most {n} characters.', atLeast: 'Not less than {n}.', atMost: 'Not more than {n}.',
  },
  secret: { once: 'Shown only this once. Copy it now and keep it safe.', copy: 'Copy', copied: 'Copied' },
  steps: {
    title: 'Steps of set-up', done: 'done', open: 'to do', numbers: 'Number', flows: 'Flow', queues: 'Queue', agents: 'Agents', call: 'Test call',
    numbersText: 'Enter a number and the flow its calls go to', flowsText: 'Publish a flow', queuesText: 'Make a queue and put agents into it',
    agentsText: 'Add agents', callText: 'Place a call and see where it goes',
  },
  test: {
    title: 'Test call', noNumber: 'There is no number to call yet: enter one and give it a flow.', dial: 'Call from any phone:',
    noTrunk: 'No trunk is reachable now: calls from outside may not come in.', lab: 'No trunk yet? Run on the server:', waiting: 'Waiting for the call…',
  },
  strategy: { longest_idle: 'Longest idle first', round_robin: 'In turn', ring_all: 'Ring all' },
  device: { auto: 'Automatic (browser first)', browser: 'Browser', phone: 'Desk phone' },
  queue: {
    new: 'New queue', search: 'Search queues', empty: 'No queues yet', emptyText: 'Callers wait in a queue until one of its agents answers.',
    members: 'Agents', membersHelp: 'The order counts where agents are chosen in turn.', noMembers: 'No agents: nobody answers', addMember: 'Add an agent', allIn: 'All agents are in it',
    up: 'Move {name} up', down: 'Move {name} down', leave: 'Take {name} out',
    strategy: 'Who is called', strategyHelp: 'Who gets a call first.', ring: 'Ring time', ringShort: 'Ring', wrap: 'Wrap-up time', wrapShort: 'Wrap-up',
    misses: 'Missed calls in a row', missesHelp: 'After so many misses the agent becomes not ready.', level: 'Service level target', levelShort: 'Service level', levelHelp: 'Answered within this time counts as in time.',
    maxWait: 'Longest wait', maxWaitShort: 'Max. wait', maxWaitHelp: 'After that the caller leaves by the flow’s time-out way. Empty: no limit.', endless: 'No limit',
    announce: 'Tell the position', announceEvery: 'Tell it every', weight: 'Weight', weightHelp: 'Where an agent serves several queues, the heavier one goes first.',
  },
  number: {
    new: 'New number', empty: 'No numbers yet', emptyText: 'Enter the numbers of your carrier, so that their calls find a flow.',
    number: 'Number', numberHelp: 'As the trunk sends the called number, such as 02088880000.', numberBad: 'Only digits, * and #; a + may come first.',
    label: 'Label', labelHelp: 'Agents see it when a call comes, such as “Hotline”.', flow: 'Flow', flowHelp: 'Where a call begins.', noFlow: 'None: calls are rejected',
    hours: 'Business hours', hoursHelp: 'Empty: the flow decides.', enabled: 'Takes calls',
  },
  trunk: {
    new: 'New trunk', empty: 'No trunks yet', emptyText: 'A trunk is the SIP line to your carrier.', nameHelp: 'Lower-case letters, digits and hyphens, such as telecom-1.', nameBad: 'Only lower-case letters, digits and hyphens; no hyphen first.',
    kind: 'How it connects', kindHelp: 'The carrier knows you by IP address, or gives you an account to register.', kinds: { ip: 'IP address', registered: 'Registration' },
    addresses: 'Their IP addresses', addressesHelp: 'Calls are taken only from these. Ranges such as 203.0.113.0/28 are fine. Press Enter after each.',
    host: 'Server', hostHelp: 'Where outbound calls are sent. Empty: inbound only.', username: 'Account', password: 'Password', passwordKept: 'Stored. Leave empty to keep it.',
    port: 'Port', transport: 'Transport', codecs: 'Codecs', codecsHelp: 'Offered in this order.', limit: 'Channel limit', limitHelp: '0 means no limit.', limitShort: 'Channel limit', unlimited: 'No limit',
    strip: 'Strip from caller', stripHelp: 'Taken off where the caller’s number begins with it.', prefix: 'Put before caller', prefixHelp: 'Added before the caller’s number, such as 0.', enabled: 'In use', far: 'Far end',
    light: { good: 'Reachable', bad: 'Unreachable', off: 'Off' },
  },
  user: {
    new: 'New user', search: 'Search names', empty: 'No users yet', person: 'Name', username: 'User name', usernameHelp: `For signing in. Letters and digits, also . _ - {'@'} inside.`,
    role: 'Role', extension: 'Extension', extensionHelp: 'With an extension the user is an agent and can take calls.', extensionBad: 'An extension has 2 to 6 digits.', queues: 'Queues', signedIn: 'Last sign-in',
    password: 'Password', passwordHelp: 'Made at random. You may type another, 8 characters or more.', passwordShort: 'At least 8 characters.', language: 'Language', active: 'May sign in', activeHelp: 'Switching it off signs the user out at once.',
    device: 'Answers on', secrets: 'Passwords', reset: 'Reset password', resetAsk: 'The old password stops working at once. Reset it?', resetSip: 'New phone password', resetSipAsk: 'A registered phone then needs the new password. Go on?',
    made: 'The user is there', pass: 'To sign in', phonePass: 'To register the phone', sipServer: 'Server', sipUser: 'Account', status: { good: 'Active', bad: 'Locked', off: 'Off' },
  },
  flow: {
    upload: 'Upload a flow', publish: 'Publish a new version', doPublish: 'Publish', publishedNow: 'Published', empty: 'No flows yet', emptyText: 'A flow decides what callers hear and where they go. Upload a JSON definition to publish one.',
    version: 'Version in use', versionNo: 'Version {n}', versions: 'Versions', noNote: 'No note', published: 'Published', created: 'Made', download: 'Download definition',
    nodes: 'Steps', key: 'Key {key}', toQueue: 'Into queue: {name}', byHours: 'By business hours: {name}', file: 'Definition file', fileHelp: 'The definition of the flow as JSON.', read: '{file}: {n} steps',
    unreadable: 'This file cannot be read: JSON with start and nodes is needed.', note: 'Note', noteHelp: 'For your colleagues: what has changed.',
    outlet: {
      next: 'then', open: 'open', closed: 'closed', holiday: 'holiday', failed: 'too many failures', timeout: 'timed out', full: 'queue full', no_agent: 'no agent',
      default: 'otherwise', done: 'done', error: 'error', yes: 'yes', no: 'no',
    },
    kind: {
      answer: 'Answer', play: 'Play', say: 'Say', menu: 'Menu', collect: 'Collect digits', branch_hours: 'Branch on hours', branch_caller: 'Branch on caller',
      branch_variable: 'Branch on variable', set: 'Set variable', queue: 'Queue', hang_up: 'Hang up',
    },
    problem: {
      unknown_start: 'The first step “{value}” does not exist', unknown_target: 'leads to “{value}”, which does not exist', unknown_outlet: 'has no way out called “{value}”', missing_branch: 'the way “{value}” leads nowhere',
      menu_without_keys: 'the menu has no keys', unreachable_node: 'cannot be reached', loop_without_input: 'would go round for ever', unknown_format: 'the format “{value}” does not exist',
      unknown_hours: 'the business hours do not exist', unknown_sound: 'the sound does not exist', unknown_queue: 'the queue “{value}” does not exist',
    },
  },
  hours: {
    new: 'New business hours', empty: 'No business hours yet', emptyText: 'Flows use them to answer, or to say that you are closed.', now: 'Now', open: 'Open', closed: 'Closed', week: 'Week', never: 'Never open',
    exceptions: 'Special days', days: 'Days of the week', from: 'From', to: 'To', date: 'Date', addPeriod: 'Add a period', dropPeriod: 'Remove the period', addDay: 'Add a day', dropDay: 'Remove the day', dayOff: 'Closed', dayOn: 'Open',
  },
  days: {
    every: 'Every day', to: '–', d1: 'Mon', d2: 'Tue', d3: 'Wed', d4: 'Thu', d5: 'Fri', d6: 'Sat', d7: 'Sun', s1: 'Mo', s2: 'Tu', s3: 'We', s4: 'Th', s5: 'Fr', s6: 'Sa', s7: 'Su',
  },
  company: {
    settings: 'Settings', types: 'Business types', reasons: 'Break reasons', roles: 'Roles', keys: 'API keys', audit: 'Audit log', name: 'Company name',
    timezoneHelp: 'All times are shown and counted in this zone.', languageHelp: 'The language of new users.', areaCode: 'Area code', areaCodeHelp: 'To know local callers who come without one.', areaCodeBad: 'An area code begins with 0 and has 3 or 4 digits, such as 020.',
    shortAbandon: 'Short abandon', shortAbandonHelp: 'Callers who leave within this time are not counted in abandon rate and service level.',
  },
  word: {
    type: 'Business types', reason: 'Break reasons', typeNew: 'New business type', reasonNew: 'New break reason', typeEmpty: 'No business types yet', reasonEmpty: 'No break reasons yet',
    position: 'Position', active: 'In use', activeHelp: 'When off, agents cannot choose it; history stays as it is.', approval: 'Needs approval', approvalHelp: 'The agent asks, a supervisor approves on the live page.',
  },
  role: { new: 'New role', empty: 'No roles yet', kind: 'Kind', builtin: 'Built in', own: 'Your own', permissions: 'Rights', builtinHelp: 'Built-in roles stay as they are. Make a role of your own for other rights.' },
  permission: {
    all: 'All rights', desk: 'Use the desk', live_read: 'See the live page', interactions_read: 'See all history', interactions_read_own: 'See own history', recordings_read: 'Listen to recordings',
    setup_read: 'See set-up', setup_write: 'Change set-up', users_read: 'See users', users_write: 'Manage users', audit_read: 'See the audit log', keys_write: 'Manage API keys',
  },
  key: {
    new: 'New key', empty: 'No API keys yet', emptyText: 'Other systems call the API with a key; you choose what it may do.', nameHelp: 'Which system uses it, such as “CRM”.', hint: 'Ends with', maker: 'Made by', used: 'Last used',
    revoke: 'Revoke', revokeAsk: 'Systems that use it lose access at once. Revoke it?', made: 'The key is there', secret: 'Key',
  },
  audit: {
    empty: 'Nothing has been done yet', at: 'Time', actor: 'Who', act: 'What', subject: 'On what', detail: 'Details', address: 'Address',
    acts: {
      session_opened: 'Signed in', session_closed: 'Signed out', session_refused: 'Sign-in refused', session_locked_out: 'Sign-in locked', agent_sip_password_renewed: 'New phone password',
      agent_web_secret_renewed: 'Browser phone renewed', flow_published: 'Flow published', user_password_changed: 'Password changed', user_password_refused: 'Password change refused', interactions_store_recording: 'Recording stored',
    },
    things: {
      user: 'User', agent: 'Agent', queue: 'Queue', number: 'Number', trunk: 'Trunk', flow: 'Flow', hours: 'Business hours', sound: 'Sound', role: 'Role', key: 'API key', settings: 'Settings',
      tenant: 'Company', break_reason: 'Break reason', business_type: 'Business type',
    },
    done: { created: 'made', changed: 'changed', deleted: 'deleted' },
  },
  errors: {
    username_taken: 'This user name is taken. Choose another.', extension_taken: 'This extension is taken. Choose another.', unknown_role: 'This role does not exist. Choose again.', last_admin: 'At least one administrator must stay who can sign in.',
    already_agent: 'This user is an agent already.', role_name_taken: 'This name is taken. Choose another.', role_in_use: 'Users still have this role. Give them another first.', role_builtin: 'Built-in roles cannot be changed or deleted.',
    beyond_your_rights: 'You cannot give rights that you do not have.', queue_name_taken: 'This name is taken. Choose another.', queue_member_unknown: 'One of the agents is gone. Reload and try again.',
    queue_in_use: 'A flow uses this queue. Change the flow first.', number_taken: 'This number is there already.', trunk_taken: 'This name is taken. Choose another.', name_taken: 'This name is taken. Choose another.',
    hours_in_use: 'A flow or a number uses them. Change that first.', flow_refused: 'This flow cannot be published yet. Mend this first:', business_type_taken: 'This business type is there already.', business_type_in_use: 'Contacts use it, so it cannot be deleted. Switch it off instead.',
    break_reason_taken: 'This break reason is there already.', invalid: 'Something is not filled in correctly. Check it.',
  },
} satisfies Tree
