"""Random days: events lost, doubled and late, crashes, restarts; whatever happens, nobody is forgotten."""

from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.channels.voice.setups import CLOSED_NUMBER, NUMBER, name_id, queue, tenant
from tests.channels.voice.world import World
from yingda.agents.terms import AgentState
from yingda.channels.voice import desk
from yingda.channels.voice.call import Talking, Waiting
from yingda.channels.voice.setup import TenantSetup
from yingda.kit.errors import YingdaError
from yingda.routing import check
from yingda.telephony.switch import KeyPressed, LegState

PEOPLE = "abcd"
WHO = st.sampled_from(PEOPLE)
NTH = st.integers(0, 9)
STRATEGY = st.sampled_from(["longest_idle", "round_robin", "ring_all"])


class Day(RuleBasedStateMachine):
    """A tenant's day. The switch's events wait until a rule lets them be heard, doubles or loses them."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.setup("longest_idle", "abc", "cd"))
        self.world.deaf = True
        self.lost_something = False

    @staticmethod
    def setup(strategy: str, sales: str, service: str, *, without: str = "") -> TenantSetup:
        people = "".join(person for person in PEOPLE if person not in without)
        queues = [
            queue("sales", "".join(p for p in sales if p in people), strategy, max_wait_s=90),
            queue("service", "".join(p for p in service if p in people), announce_every_s=10, wrap_up_s=0),
        ]
        return tenant(queues, people, breaks_to_approve=frozenset({"会议"}))

    @initialize(strategy=STRATEGY, busy=st.lists(WHO, unique=True))
    def open(self, strategy: str, busy: list[str]) -> None:
        self.reconfigure(strategy, "abc", "cd", "")
        for name in PEOPLE:
            if name not in busy:
                self.world.choose(name, AgentState.READY)

    # ---- the outside world

    @rule(number=st.sampled_from([NUMBER, NUMBER, NUMBER, CLOSED_NUMBER, "999"]))
    def arrive(self, number: str) -> None:
        self.world.arrive(number)

    @rule(nth=NTH, key=st.sampled_from("112390#"))
    def press(self, nth: int, key: str) -> None:
        legs = [leg.id for leg in self.world.plant.legs.values() if leg.id.startswith("in-")]
        if legs:
            self.world.plant.events.append(KeyPressed(legs[nth % len(legs)], key, self.world.now))

    @rule(key=st.sampled_from("12"))
    def straight_to_a_queue(self, key: str) -> None:
        call = self.world.arrive()
        self.world.plant.finish(self.world.plant.legs[call.leg].playback or "", self.world.now)
        self.world.plant.events.append(KeyPressed(call.leg, key, self.world.now))
        self.all_heard()

    @rule(key=st.sampled_from("12"), nth=NTH)
    def somebody_talks(self, key: str, nth: int) -> None:
        self.all_heard()
        self.straight_to_a_queue(key)
        self.device_answers(nth)
        self.all_heard()

    @rule(nth=NTH, failed=st.booleans())
    def playback_ends(self, nth: int, failed: bool) -> None:
        playing = [leg.playback for leg in self.world.plant.legs.values() if leg.playback]
        if playing:
            self.world.plant.finish(playing[nth % len(playing)], self.world.now, failed=failed)

    @rule(nth=NTH)
    def device_rings(self, nth: int) -> None:
        if legs := self.agent_legs(LegState.DOWN):
            self.world.plant.ring(legs[nth % len(legs)], self.world.now)

    @rule(nth=NTH)
    def device_answers(self, nth: int) -> None:
        if legs := self.agent_legs(LegState.DOWN, LegState.RINGING):
            self.world.plant.pick_up(legs[nth % len(legs)], self.world.now)

    @rule(nth=NTH, cause=st.sampled_from([16, 17, 19, 20, 21, 38]))
    def leg_ends(self, nth: int, cause: int) -> None:
        if legs := list(self.world.plant.legs):
            self.world.plant.end(legs[nth % len(legs)], self.world.now, cause)

    @rule(name=WHO, web=st.booleans(), reachable=st.booleans())
    def device_changes(self, name: str, web: bool, reachable: bool) -> None:
        self.world.reach(f"{name}-web" if web else name, reachable)

    def agent_legs(self, *states: LegState) -> list[str]:
        return [leg.id for leg in self.world.plant.legs.values() if leg.id.startswith("agent") and leg.state in states]

    # ---- what is heard of it

    @rule(count=st.integers(1, 5), doubled=st.booleans())
    def heard(self, count: int, doubled: bool) -> None:
        for _ in range(min(count, len(self.world.plant.events))):
            event = self.world.plant.events.popleft()
            for _ in range(1 + doubled):
                self.world.hear(event)

    @rule()
    def all_heard(self) -> None:
        while self.world.plant.events:
            self.heard(1, False)

    @rule()
    def one_is_late(self) -> None:
        self.world.plant.events.rotate(-1)

    @rule()
    def one_is_lost(self) -> None:
        if self.world.plant.events:
            self.world.plant.events.popleft()
            self.lost_something = True

    # ---- agents

    @rule(name=WHO, state=st.sampled_from(["ready", "ready", "not_ready", "break", "offline"]), reason=st.booleans())
    def choose(self, name: str, state: str, reason: bool) -> None:
        word = ("会议" if reason else "午休") if state == "break" else ""
        self.try_to(desk.choose_state, name_id(name), AgentState(state), word, name, self.world.now)

    @rule(name=WHO, approve=st.booleans())
    def approve(self, name: str, approve: bool) -> None:
        self.try_to(desk.decide_break, name_id(name), approve, "boss", self.world.now)

    @rule(name=WHO, what=st.sampled_from(["hold", "resume", "hang_up", "reject", "mute", "finish", "extend"]))
    def at_the_desk(self, name: str, what: str) -> None:
        person, now = name_id(name), self.world.now
        call = self.world.floor.presence(person, now).contact or UUID(int=0)
        match what:
            case "hold" | "resume" | "reject":
                self.try_to(getattr(desk, what), person, call, now)
            case "hang_up":
                self.try_to(desk.hang_up, person, call)
            case "mute":
                self.try_to(desk.mute, person, call, True)
            case _:
                self.try_to(getattr(desk, f"{what}_wrap_up"), person, name, now)

    def try_to(self, verb: object, *args: object) -> None:
        try:
            self.world.ask(verb, *args)
        except YingdaError:
            pass

    # ---- time and trouble

    @rule(seconds=st.sampled_from([0.2, 1, 3, 10, 26, 95]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule(strategy=STRATEGY, sales=st.sampled_from(["abc", "a", "bd"]), service=st.sampled_from(["cd", "a"]), gone=WHO)
    def reconfigure(self, strategy: str, sales: str, service: str, gone: str) -> None:
        self.world.setup = self.setup(strategy, sales, service, without=gone)
        self.world.exchange.set_up(self.world.setup, self.world.now)
        self.world.settle()

    @rule(meanwhile=st.floats(0, 30), lost=st.booleans())
    def crash(self, meanwhile: float, lost: bool) -> None:
        self.world.crash()
        self.world.wait(meanwhile if lost else 0)
        self.world.connect()
        self.lost_something = False

    @rule(nth=NTH)
    def crash_while_somebody_hangs_up(self, nth: int) -> None:
        self.world.crash()
        self.leg_ends(nth, 16)
        self.world.connect()

    @rule()
    def disconnected_for_a_moment(self) -> None:
        self.world.away = True
        self.world.wait(1)
        self.world.connect()

    @rule()
    def switch_restarts(self) -> None:
        self.world.connect(restarted=True)
        assert not self.world.floor.legs

    # ---- what must hold

    @invariant()
    def routing_agrees(self) -> None:
        assert not check(self.world.floor.acd, self.world.floor.presences)

    @invariant()
    def calls_and_agents_agree(self) -> None:
        floor = self.world.floor
        for person, held in floor.presences.items():
            call = floor.calls.get(held.contact) if held.contact else None
            match held.state:
                case AgentState.RESERVED | AgentState.RINGING:
                    assert call is not None
                    assert isinstance(call.stage, Waiting)
                    assert [o.agent for o in call.stage.offers].count(person) == 1
                case AgentState.TALKING | AgentState.HOLD:
                    assert call is not None
                    assert isinstance(call.stage, Talking)
                    assert call.stage.agent == person
                    assert (call.stage.held_since is not None) is (held.state is AgentState.HOLD)
                case AgentState.WRAP_UP:
                    assert call is not None
                    assert not call.live
                case _:
                    assert held.contact is None
        waiting = {call.id for call in floor.calls.values() if isinstance(call.stage, Waiting)}
        assert floor.acd.entries().keys() <= waiting

    @invariant()
    def one_outcome_each(self) -> None:
        world = self.world
        for record in world.records.values():
            over = record.id not in world.floor.calls or not world.floor.calls[record.id].live
            assert (record.outcome is not None) is over
            numbers = [decision.seq for decision in world.decisions[record.id]]
            assert numbers == list(range(1, len(numbers) + 1))
            assert [d.kind for d in world.decisions[record.id]].count("ended") == int(over)
            for length in (record.talk_s, record.hold_s, record.wait_s, record.ring_s, record.wrap_up_s):
                assert length >= 0

    @invariant()
    def what_is_written_is_what_is_held(self) -> None:
        assert self.world.journal.keys() == self.world.floor.calls.keys()

    def teardown(self) -> None:
        """The night: everybody hangs up, the connection is made anew once, and nothing is left."""
        world = self.world
        self.all_heard()
        world.connect()
        self.all_heard()
        mine = world.floor.legs.keys()
        assert {leg for leg in world.plant.legs if leg not in mine} == set()
        for leg in list(world.plant.legs):
            if leg.startswith("in-"):
                world.plant.end(leg, world.now)
                self.all_heard()
        world.now += timedelta(seconds=1)
        world.wait(2000)
        self.all_heard()
        assert not world.plant.legs
        assert not world.floor.calls
        assert not world.floor.legs
        assert not world.floor.acd.entries()
        assert not world.floor.acd.offers()
        assert all(record.outcome and record.ended_at for record in world.records.values())
        states = {held.state.value for held in world.floor.presences.values()}
        assert states <= {"ready", "not_ready", "break", "offline"}


TestDay = Day.TestCase
TestDay.settings = settings(
    max_examples=60, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
)
