"""The words that stand in decisions, for people: Chinese, English.

A key may be limited to one kind of decision: ``left.moved``.
"""

WORDS: dict[str, tuple[str, str]] = {
    # strategies
    "longest_idle": ("空闲最久优先", "longest idle first"),
    "round_robin": ("轮流分配", "in turn"),
    "ring_all": ("全体振铃", "all ring"),
    # why not
    "free": ("空闲", "free"),
    "offered_already": ("正被分配其他来电", "has another offer"),
    "offer_ended": ("上一次分配刚结束", "an offer has just ended"),
    "passed_this_contact": ("已错过此来电", "has passed this contact"),
    "ranked_after": ("次序在后", "ranked after"),
    "not_a_member": ("不在任何队列", "is in no queue"),
    "no_device": ("没有可用话机", "has no phone within reach"),
    # states of agents
    "offline": ("未签入", "signed out"),
    "ready": ("示闲", "ready"),
    "not_ready": ("示忙", "not ready"),
    "break": ("小休", "on a break"),
    "reserved": ("预占", "reserved"),
    "talking": ("通话中", "talking"),
    "hold": ("保持", "on hold"),
    "wrap_up": ("话后处理", "in wrap-up"),
    "ringing": ("振铃中", "ringing"),
    # offers
    "no_answer": ("无人接听", "no answer"),
    "rejected": ("座席拒接", "declined by the agent"),
    "unreachable": ("话机不可达", "the phone is out of reach"),
    "failed": ("系统失败", "technical failure"),
    "answered_elsewhere": ("已由其他座席接听", "answered by another agent"),
    "contact_left": ("客户已离开", "the caller has left"),
    "lease_expired": ("超时未应答", "it ran out"),
    "doubled": ("座席已有来电", "the agent has another"),
    "moved": ("转入其他队列", "moved to another queue"),
    "hung_up": ("客户挂机", "the caller hung up"),
    "caller_left": ("客户挂机", "the caller hung up"),
    "abandoned": ("客户放弃", "the caller gave up"),
    # outcomes
    "answered": ("已接听", "answered"),
    "abandoned_in_flow": ("IVR 放弃", "abandoned in the flow"),
    "abandoned_in_queue": ("排队放弃", "abandoned in the queue"),
    "abandoned_while_ringing": ("振铃放弃", "abandoned while ringing"),
    "short_abandon": ("速挂", "hung up at once"),
    "overflow_timeout": ("超时溢出", "overflow: waited too long"),
    "overflow_full": ("队列满溢出", "overflow: queue full"),
    "overflow_no_agent": ("无座席溢出", "overflow: no agent"),
    "voicemail": ("已留言", "left a message"),
    "callback_requested": ("已登记回呼", "asked to be called back"),
    "closed": ("非工作时间", "out of hours"),
    "rejected_blacklist": ("黑名单", "blocked caller"),
    "rejected_limit": ("并发限制", "too many calls at once"),
    # by whom
    "customer": ("客户挂机", "by the customer"),
    "agent": ("座席挂机", "by the agent"),
    "system": ("系统结束", "by the system"),
    # flows
    "timeout": ("等待超时", "waited too long"),
    "full": ("队列已满", "queue full"),
    "no_agent": ("无座席", "no agent"),
    "open": ("工作时间", "open"),
    "holiday": ("节假日", "holiday"),
    "done": ("已完成", "done"),
    "error": ("出错", "error"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "default": ("默认", "default"),
    "node_missing": ("节点不存在", "the step does not exist"),
    "too_many_moves": ("节点跳转过多", "too many moves without a key"),
    # rejections of calls
    "number_unknown": ("号码未登记", "the number is not set up"),
    "number_off": ("号码已停用", "the number is switched off"),
    "no_flow": ("号码没有流程", "the number has no flow"),
    "trunk_limit": ("中继并发已满", "all channels of the trunk are in use"),
}
