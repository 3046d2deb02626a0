"""Whom residents can ask about a process."""

from __future__ import annotations

from tests.factories import ClerkFactory
from tests.processes.test_making import begin, the_process


def test_the_contact_of_the_municipality_is_offered_and_kept_by_one_press(log_in, store):
    clerk = log_in(ClerkFactory())
    begin(clerk)
    page = clerk.get(f"/griffie/trajecten/{the_process(store).id}/contact")
    page.press("Bewaar en ga verder", contact_name="Karin Smit")
    process = the_process(store)
    assert process.contact_email == "doemee@waterlanden.example"
    assert process.contact_phone == "14 0299"
