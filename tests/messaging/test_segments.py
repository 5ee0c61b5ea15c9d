"""What a carrier bills for a text, against the vectors of the standard and against a second calculator."""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.messaging.segments import Encoding, Swap, count_segments, find_offer, measure

VECTORS = [
    ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("a" * 459, 3), ("a" * 460, 4),
    ("€" * 80, 1), ("€" * 81, 2), ("a" * 152 + "€" + "a" * 152, 3),
    ("Á" * 70, 1), ("Á" * 71, 2), ("Á" * 134, 2), ("Á" * 135, 3), ("Á" * 66 + "😀" + "Á" * 66, 3),
    ("a" * 159 + "€", 2), ("a" * 304 + "[]", 3), ("", 1),
]  # fmt: skip


@pytest.mark.parametrize(("text", "segments"), VECTORS)
def test_segments_vectors(text: str, segments: int) -> None:
    assert count_segments(text) == segments


@pytest.mark.parametrize("character", ["ç", "`", "\t", "\u00a0", "’", "—", "\u200b", "e\u0301"])
def test_these_characters_need_the_wide_alphabet(character: str) -> None:
    assert measure(character).encoding is Encoding.UCS2


@pytest.mark.parametrize(("text", "units"), [("Ç", 1), ("é", 1), ("\r\n", 2), ("\f", 2), ("{", 2), ("😀", 2)])
def test_a_character_takes_the_units_of_its_alphabet(text: str, units: int) -> None:
    assert measure(text).units == units


def test_a_straight_quote_gives_back_the_room_a_curly_one_takes() -> None:
    text = "Mats, blocks and tea are all here. It’s warm inside too"
    offer = find_offer(text)
    assert (measure(text).segments, measure(text).left) == (1, 15)
    assert offer is not None and offer.swap is Swap.QUOTE
    assert (offer.measure.segments, offer.measure.left) == (1, 105)
    assert offer.text == text.replace("’", "'")


def test_no_swap_is_offered_where_another_character_keeps_the_alphabet_wide() -> None:
    assert find_offer("It’s ça") is None
    assert find_offer("plain") is None


def test_several_kinds_of_characters_are_offered_as_one_swap() -> None:
    offer = find_offer("“Yes” — come…")
    assert offer is not None and offer.swap is Swap.SEVERAL and offer.text == '"Yes" - come...'


@given(st.text(alphabet="aé€Á😀[]’ \r\n", max_size=700))
def test_segments_are_never_fewer_than_the_units_need(text: str) -> None:
    found = measure(text)
    alone, joined = (160, 153) if found.encoding is Encoding.GSM7 else (70, 67)
    assert found.segments == 1 if found.units <= alone else found.segments >= -(-found.units // joined)
    assert 0 <= found.left <= alone


@given(st.text(alphabet="aé€’Á", max_size=400))
def test_what_is_left_fits_and_one_more_begins_a_segment(text: str) -> None:
    found = measure(text)
    filler = "a" if found.encoding is Encoding.GSM7 else "Á"
    if found.segments > 1:
        assert count_segments(text + filler * found.left) == found.segments
        assert count_segments(text + filler * (found.left + 1)) == found.segments + 1


def test_segments_agree_with_the_calculator(tmp_path: Path) -> None:
    """An outside judge: npm sms-segments-calculator 1.3.0, where OMNI_SMS_CALCULATOR names its folder."""
    folder = os.environ.get("OMNI_SMS_CALCULATOR")
    if not folder:
        pytest.skip("OMNI_SMS_CALCULATOR names no node_modules folder")
    chance = random.Random(20261122)
    alphabet = "abc xyzÇéñ€[]{}^~|\\’“”—…ÁŁ漢😀👍\n"
    texts = ["".join(chance.choices(alphabet, k=chance.randint(1, 500))) for _ in range(1000)]
    texts += ["".join(chance.choices("abc €[]é\n", k=chance.randint(100, 700))) for _ in range(1000)]
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    script = (
        "const {SegmentedMessage}=require(process.argv[1]+'/sms-segments-calculator');"
        "const t=JSON.parse(require('fs').readFileSync(process.argv[2]));"
        "console.log(JSON.stringify(t.map(x=>new SegmentedMessage(x,'auto',false).segmentsCount)))"
    )
    said = subprocess.run(
        ["node", "-e", script, folder, str(tmp_path / "texts.json")], capture_output=True, text=True, check=True
    )
    assert [count_segments(text) for text in texts] == json.loads(said.stdout)
