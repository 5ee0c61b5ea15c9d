"""The policy: one list of clauses behind its page, its text and its data."""

import re

import pytest

from omni.core import personal_data, policies
from omni.privacy import policy, versions
from omni.privacy.clause import State
from omni.privacy.clauses import PARTS, all_clauses, counted


@pytest.fixture
def dialect():
    return "sqlite"


def test_there_are_53_clauses_and_eight_of_ours_in_order():
    ids = [clause.id for clause in all_clauses()]
    assert ids == [f"C{n}" for n in range(1, 54)] + [f"A{n}" for n in range(1, 9)]
    assert ids == [each for part in PARTS.values() for each in part]


def test_page_text_and_json_say_the_same(browse):
    page = " ".join(browse.get("/privacy").page.words.split())
    text = " ".join(browse.ask("GET", "/privacy.txt", status=200).text.split())
    data = browse.client.get("/privacy.json").get_json()
    assert [clause["id"] for clause in data["clauses"]] == [clause.id for clause in all_clauses()]
    for clause in data["clauses"]:
        words = " ".join(clause["text"].split())
        assert words in page
        assert words in text


def test_the_json_keeps_its_shape(browse):
    data = browse.client.get("/privacy.json").get_json()
    assert data.keys() == {"version", "effective_on", "clauses"}
    for clause in data["clauses"]:
        assert clause.keys() == {"id", "text", "features", "proofs", "state", "reason"}
        assert clause["features"] and clause["proofs"]
        assert clause["state"] in ("kept", "partly")
        assert (clause["state"] == "kept") == (clause["reason"] == "")


def test_changed_words_need_a_new_version():
    assert versions.POLICY.sha256 == versions.fingerprint_of_policy()
    assert versions.TERMS_OF_USE.sha256 == versions.fingerprint_of_terms()


def test_no_slot_is_left_unfilled(browse, config):
    for url in ("/privacy", "/privacy/promises", "/terms"):
        words = browse.get(url).page.words
        assert "{" not in words
    assert config.contact_email in browse.get("/privacy")


def test_every_promise_says_its_state(browse):
    page = browse.get("/privacy/promises").page.words
    for word, state in (("kept", State.KEPT), ("partly", State.PARTLY), ("not yet", State.NOT_YET)):
        assert f"{counted()[state]} {word}" in page


def test_a_promise_that_is_not_whole_gives_its_reason():
    for clause in all_clauses():
        assert bool(clause.reason) == (clause.state is not State.KEPT), clause.id
        assert clause.keeps and clause.outside, clause.id


def test_a_part_of_the_promises_can_be_looked_at_alone(browse):
    page = browse.get("/privacy/promises?part=SHARE").page.words
    assert "We do not sell personal information" in page
    assert "This is Omni's privacy policy" not in page


def test_every_proof_is_a_test_that_exists():
    from pathlib import Path

    source = "\n".join(path.read_text() for path in Path("tests").rglob("test_*.py"))
    known = set(re.findall(r"def (test_\w+)\(", source))
    missing = sorted({proof for clause in all_clauses() for proof in clause.proofs} - known)
    assert not missing


def test_every_feature_of_a_promise_is_an_address_that_stands(app):
    rules = {re.sub(r"<(?:\w+:)?\w+>", "<>", rule.rule) for rule in app.url_map.iter_rules()}
    for clause in all_clauses():
        for feature in clause.features:
            assert re.sub(r"<\w+>", "<>", feature) in rules, f"{clause.id}: {feature}"


def test_every_kind_of_data_is_one_the_policy_names():
    assert {"account", "user_content", "usage", "integration", "referral", "operational"} == personal_data.KINDS


def test_every_purpose_is_one_the_policy_names():
    assert {purpose.name for purpose in policies.Purpose} == {
        "SERVICE", "PERSONALISE", "ACCOUNT", "COMMUNICATE", "INTEGRATE", "ANALYSE", "REFERRALS", "SECURITY", "LAW",
        "CONSENT",
    }  # fmt: skip


def test_there_is_no_assistant_yet(app):
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/zero")]


def test_nothing_is_personalised(house):
    tables = {model._meta.table_name for room in house for model in room.models}
    assert "personalisation" not in tables


def test_the_text_is_the_policy_and_nothing_more(config):
    text = policy.as_text(config.contact_email)
    assert text.startswith("Privacy policy\nVersion ")
    assert max(len(line) for line in text.splitlines()) <= 80
