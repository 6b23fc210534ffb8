"""The demo tenant's flow and hours."""

from uuid import UUID

from yingda.flows.definition import Definition
from yingda.flows.hours import DAY_MINUTES, Calendar, Period

DEMO_FLOW_NAME = "欢迎"
DEMO_HOURS_NAME = "全天营业"

WELCOME = "您好，欢迎致电，很高兴为您服务。"
MENU = "产品咨询与订购，请按一。售后服务，请按二。再听一遍，请按零。"
WRONG = "对不起，您的按键有误，请重新选择。"
SILENT = "对不起，没有收到您的选择。"
CLOSED = "您好，欢迎致电。现在是非工作时间，请您在工作时间再次来电。感谢您的理解，再见。"
GOODBYE = "感谢您的来电，再见。"
BUSY = "对不起，现在座席全忙，暂时无法接听您的来电，请您稍后再拨。感谢您的理解，再见。"


def demo_calendar() -> Calendar:
    """Open always, so that the demo always works."""
    return Calendar("Asia/Shanghai", (Period(frozenset(range(1, 8)), 0, DAY_MINUTES),))


def demo_flow(sales_queue_id: UUID, service_queue_id: UUID) -> Definition:
    """The number's hours, welcome, menu (1 sales, 2 service, 0 repeat; three tries), queue."""
    nodes = {
        "hours": {
            "kind": "branch_hours",
            "label": "是否工作时间",
            "outlets": {"open": "welcome", "closed": "closed"},
        },
        "welcome": {"kind": "say", "label": "欢迎语", "text": WELCOME, "outlets": {"next": "menu"}},
        "menu": {
            "kind": "menu",
            "label": "主菜单",
            "prompts": [{"text": MENU}],
            "wrong_prompts": [{"text": WRONG}],
            "timeout_prompts": [{"text": SILENT}],
            "timeout_s": 6,
            "max_tries": 3,
            "outlets": {"1": "sales", "2": "service", "0": "menu", "failed": "goodbye"},
        },
        "sales": _queue("销售队列", sales_queue_id),
        "service": _queue("服务队列", service_queue_id),
        "busy": {"kind": "hang_up", "label": "座席全忙", "prompts": [{"text": BUSY}]},
        "closed": {"kind": "hang_up", "label": "非工作时间", "prompts": [{"text": CLOSED}], "closed": True},
        "goodbye": {"kind": "hang_up", "label": "再见", "prompts": [{"text": GOODBYE}]},
    }
    return Definition.model_validate({"name": DEMO_FLOW_NAME, "language": "zh-CN", "start": "hours", "nodes": nodes})


def _queue(label: str, queue: UUID) -> dict[str, object]:
    ways = ("timeout", "full", "no_agent", "failed")
    return {"kind": "queue", "label": label, "queue": str(queue), "outlets": dict.fromkeys(ways, "busy")}
