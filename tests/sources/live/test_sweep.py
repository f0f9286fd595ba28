from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from walint.catalog.live import Call
from walint.sources.live.failures import CallFailedError, Failure, FailureKind
from walint.sources.live.places import Place
from walint.sources.live.rates import Bucket, Rates
from walint.sources.live.sweep import Answer, Page, Request, Sweep

PLACE = Place("aws", "123456789012", "eu-west-1")
OTHER = Place("aws", "210987654321", "eu-west-1")


def call(operation: str = "ListThings", **more: Any) -> Call:
    return Call("things", operation, f"things:{operation}", {}, **more)


def request(number: int = 0, operation: str = "ListThings", place: Place = PLACE, **more: Any) -> Request:
    return Request(place, call(operation, **more), {"Number": number})


class Fake:
    """A caller whose answers are functions of the request and the number of times it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def page(self, request: Request, following: Mapping[str, Any] | None) -> Page:
        key = f"{request.call.operation} {request.subject}"
        with self._lock:
            self.asked[key] += 1
            times = self.asked[key]
        found = self.answer(request, following, times)
        if isinstance(found, BaseException):
            raise found
        return found


def failing(kind: FailureKind, code: str = "Code") -> CallFailedError:
    return CallFailedError(Failure(kind, code))


def run(fake: Fake, requests: list[Request], **options: Any) -> list[Answer]:
    sweep = Sweep(fake, **options)
    answers: list[Answer] = []
    for each in requests:
        sweep.ask(each, answers.append)
    sweep.run()
    return answers


def test_every_request_is_answered_once() -> None:
    answers = run(Fake(lambda r, _f, _t: Page({"n": r.parameters["Number"]})), [request(n) for n in range(50)])
    assert sorted(answer.pages[0]["n"] for answer in answers) == list(range(50))


def test_all_pages_are_fetched_one_after_the_other() -> None:
    def answer(_request: Request, following: Mapping[str, Any] | None, _times: int) -> Page:
        number = 0 if following is None else following["token"]
        return Page({"page": number}, {"token": number + 1} if number < 4 else None)

    (found,) = run(Fake(answer), [request()])
    assert [page["page"] for page in found.pages] == [0, 1, 2, 3, 4]
    assert found.failure is None


def test_a_token_that_comes_back_unchanged_ends_the_paging_as_a_failure() -> None:
    (found,) = run(Fake(lambda _r, _f, _t: Page({}, {"token": 1})), [request()])
    assert found.failure == Failure("refused", "endless paging")


def test_pages_before_a_failure_count() -> None:
    def answer(_request: Request, following: Mapping[str, Any] | None, _times: int) -> Any:
        return Page({"page": 0}, {"token": 1}) if following is None else failing("denied")

    (found,) = run(Fake(answer), [request()])
    assert (found.pages, found.failure) == ([{"page": 0}], Failure("denied", "Code"))


def test_continuations_may_ask_for_more() -> None:
    sweep = Sweep(Fake(lambda r, _f, _t: Page({"n": r.parameters["Number"]})))
    seen: list[int] = []

    def then(answer: Answer) -> None:
        number = answer.pages[0]["n"]
        seen.append(number)
        if number < 5:
            sweep.ask(request(number + 1), then)

    sweep.ask(request(0), then)
    sweep.run()
    assert seen == [0, 1, 2, 3, 4, 5]


def test_a_throttled_call_is_made_once_more_when_all_others_are_done() -> None:
    order: list[int] = []

    def answer(request: Request, _following: Any, times: int) -> Any:
        order.append(request.parameters["Number"])
        return failing("throttled") if request.parameters["Number"] == 0 and times == 1 else Page({})

    answers = run(Fake(answer), [request(n) for n in range(4)], threads=1)
    assert order == [0, 1, 2, 3, 0]
    assert [answer.failure for answer in answers] == [None] * 4


def test_a_call_that_is_throttled_to_the_end_says_so() -> None:
    fake = Fake(lambda _r, _f, _t: failing("throttled", "TooManyRequestsException"))
    (found,) = run(fake, [request()])
    assert found.failure == Failure("throttled", "TooManyRequestsException")
    assert list(fake.asked.values()) == [2]


@pytest.mark.parametrize("kind", ["expired", "credentials"])
def test_an_account_whose_credentials_fail_is_asked_no_more(kind: FailureKind) -> None:
    fake = Fake(lambda r, _f, _t: failing(kind) if r.place == PLACE else Page({}))
    requests = [*(request(n) for n in range(20)), *(request(n, place=OTHER) for n in range(5))]
    answers = run(fake, requests, threads=1)
    assert Counter(a.failure.kind if a.failure else "ok" for a in answers) == {kind: 20, "ok": 5}
    assert sum(fake.asked.values()) == 6


def test_a_region_that_is_off_is_asked_no_more_and_others_are() -> None:
    other = Place("aws", PLACE.account, "us-east-1")
    fake = Fake(lambda r, _f, _t: failing("region-off") if r.place == PLACE else Page({}))
    answers = run(fake, [*(request(n) for n in range(9)), *(request(n, place=other) for n in range(3))], threads=1)
    assert Counter(a.failure.kind if a.failure else "ok" for a in answers) == {"region-off": 9, "ok": 3}
    assert sum(fake.asked.values()) == 4


def test_a_documented_code_means_not_set() -> None:
    found, other = run(
        Fake(lambda _r, _f, _t: failing("vanished", "NoSuchThing")),
        [request(1, absent=("NoSuchThing",)), request(2)],
        threads=1,
    )
    assert found.failure == Failure("absent", "NoSuchThing")
    assert other.failure == Failure("vanished", "NoSuchThing")


def test_an_error_of_walint_itself_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        run(Fake(lambda _r, _f, _t: ZeroDivisionError("a bug")), [request()])


def test_ctrl_c_leaves_every_request_with_an_answer() -> None:
    sweep = Sweep(Fake(lambda _r, _f, _t: Page({})), threads=1)
    answers: list[Answer] = []

    def then(answer: Answer) -> None:
        answers.append(answer)
        if len(answers) == 3:
            raise KeyboardInterrupt
        sweep.ask(request(len(answers), "DescribeThing"), answers.append)

    for number in range(10):
        sweep.ask(request(number), then)
    sweep.run()
    assert sweep.interrupted
    kinds = Counter(answer.failure.kind if answer.failure else "ok" for answer in answers)
    assert kinds["ok"] == 3
    assert kinds["interrupted"] >= 9
    assert set(kinds) == {"ok", "interrupted"}


class Clock:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_calls_keep_to_the_rate_and_the_burst() -> None:
    clock = Clock()
    at: list[float] = []

    def answer(_request: Request, _following: Any, _times: int) -> Page:
        at.append(clock.now)
        return Page({})

    sweep = Sweep(Fake(answer), Rates(most=5), threads=1, clock=clock, sleep=clock.sleep)
    for number in range(30):
        sweep.ask(request(number), lambda _answer: None)
    sweep.run()
    # Ten at once (two seconds' worth), then five a second.
    assert sum(1 for time in at if time == 0) == 10
    assert at[-1] == pytest.approx(20 / 5, abs=0.01)


def test_a_slow_family_does_not_hold_up_another() -> None:
    started = time.monotonic()
    fast: list[float] = []
    sweep = Sweep(Fake(lambda _r, _f, _t: Page({})), Rates(), threads=2)
    for number in range(60):
        sweep.ask(request(number), lambda _answer: None)
    fast_request = Request(PLACE, Call("others", "ListOthers", "others:ListOthers", {}), {})
    sweep.ask(fast_request, lambda _answer: fast.append(time.monotonic() - started))
    sweep.run()
    assert fast[0] < 0.2
    assert time.monotonic() - started >= 0.35  # 50 at once, then 25 a second


def test_throttled_answers_lower_the_rate_once_for_all_that_were_under_way() -> None:
    bucket = Bucket(10, 0.0)
    for _ in range(8):
        bucket.slow_down(5.0)
    assert bucket.rate == pytest.approx(7)
    bucket.slow_down(7.0)
    assert bucket.rate == pytest.approx(4.9)
    assert bucket.wait(7.0) > 0


def test_no_call_is_lost_to_a_limit_of_fifteen_a_second() -> None:
    """AWS's own bucket, simulated: 15 a second, 30 at once; what comes faster is throttled."""
    clock = Clock()
    real = Bucket(15, 0.0)
    throttled = 0

    def answer(_request: Request, _following: Any, _times: int) -> Any:
        nonlocal throttled
        if real.take(clock.now):
            return Page({})
        throttled += 1
        return failing("throttled")

    lambda_call = Call("lambda", "ListAliases", "lambda:ListAliases", {})
    answers: list[Answer] = []
    sweep = Sweep(Fake(answer), threads=1, clock=clock, sleep=clock.sleep)
    for number in range(400):
        sweep.ask(Request(PLACE, lambda_call, {"n": number}), answers.append)
    sweep.run()
    assert [answer.failure for answer in answers] == [None] * 400
    assert throttled == 0
    ideal = (400 - 30) / 15
    assert clock.now <= 1.3 * ideal
