"""Whose request it was: a case for each rule and each token of each list, since a list nobody reaches is no list."""

import pytest

from omni.referrals.classes import OVERRIDES, PHONES, PREVIEWS, SCANNERS, HitClass, Request, judge
from omni.referrals.sources import CHANNELS, Device, channel_in, device_of, source_of
from tests.referrals.friend import IPHONE, PIXEL

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"
SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17 Safari/605"
)
IMESSAGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
    "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"
)


@pytest.mark.parametrize(
    ("request_", "hit_class", "reason"),
    [
        (Request(CHROME, is_head=True), HitClass.PROBE, "head"),
        (Request(CHROME, is_prefetch=True), HitClass.PREFETCH, "prefetch"),
        (Request("HeadlessChrome/126"), HitClass.BOT, "override: headlesschrome"),
        (Request(""), HitClass.BOT, "no agent"),
        (Request("   "), HitClass.BOT, "no agent"),
        (Request("WhatsApp/2.23.20.0"), HitClass.PREVIEW, "preview: whatsapp"),
        (Request(IMESSAGE), HitClass.PREVIEW, "preview: facebookexternalhit"),
        (Request("curl/8.1"), HitClass.BOT, "is-crawler"),
        (
            Request("Mozilla/5.0 (compatible; Googlebot/2.1; +http://google.com/bot.html)"),
            HitClass.BOT,
            "is-crawler",
        ),
        (Request("IDG Twitter Links Resolver"), HitClass.BOT, "crawlerdetect"),
        (Request("Mozilla/4.0 (compatible; Windows NT 10.0; ms-office)"), HitClass.SCANNER, "scanner: ms-office"),
        (Request(CHROME, accepts_html=False), HitClass.PROBE, "accept"),
        (Request(CHROME, has_session=True), HitClass.OWN, "session"),
        (Request(CHROME), HitClass.HUMAN, "no rule"),
        (Request(IPHONE), HitClass.HUMAN, "no rule"),
        (Request(PIXEL), HitClass.HUMAN, "no rule"),
        (Request(SAFARI), HitClass.HUMAN, "no rule"),
    ],
)
def test_each_rule_decides_its_case(request_: Request, hit_class: HitClass, reason: str) -> None:
    verdict = judge(request_)
    assert (verdict.hit_class, verdict.reason) == (hit_class, reason)


@pytest.mark.parametrize("token", PREVIEWS)
def test_every_preview_token_is_reached(token: str) -> None:
    verdict = judge(Request(f"{CHROME} {token.upper()}"))
    assert verdict.hit_class is HitClass.PREVIEW
    assert verdict.reason.removeprefix("preview: ") in token


@pytest.mark.parametrize("token", SCANNERS)
def test_every_scanner_token_is_reached(token: str) -> None:
    assert judge(Request(f"{CHROME} {token}")).reason == f"scanner: {token}"


@pytest.mark.parametrize(("token", "hit_class"), OVERRIDES)
def test_every_override_is_reached(token: str, hit_class: HitClass) -> None:
    verdict = judge(Request(f"{CHROME} {token}"))
    assert (verdict.hit_class, verdict.reason) == (hit_class, f"override: {token}")


@pytest.mark.parametrize("name", PHONES)
def test_a_phone_with_an_unlucky_name_is_a_person(name: str) -> None:
    from is_crawler import is_crawler

    agent = f"Mozilla/5.0 (Linux; Android 10; {name.upper()} X30) AppleWebKit/537.36 Chrome/118.0 Mobile Safari/537.36"
    assert is_crawler(agent), "the list has learned: the exception can go"
    assert judge(Request(agent)).hit_class is HitClass.HUMAN


def test_the_first_rule_that_fits_wins() -> None:
    everything = Request("WhatsApp/2", is_head=True, is_prefetch=True, accepts_html=False, has_session=True)
    assert judge(everything).reason == "head"


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_we_hand_out_is_the_source(channel: str) -> None:
    assert source_of(channel_in(f"m={channel}"), "t.co") == channel


@pytest.mark.parametrize(
    ("query", "host", "source"),
    [
        ("", "", "direct"),
        ("m=junk", "", "direct"),
        ("m=junk", "l.facebook.com", "fb"),
        ("x=1&m=wa", "", "wa"),
        ("", "com.facebook.com.evil.example", "direct"),
        ("", "evilfacebook.com", "direct"),
        ("", "mail.google.com", "mail"),
        ("", "WWW.Google.com", "google"),
        ("m=" + "x" * 8000, "", "direct"),
    ],
)
def test_a_source_is_one_we_know_or_direct(query: str, host: str, source: str) -> None:
    assert source_of(channel_in(query), host) == source


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (IPHONE, Device.PHONE),
        (PIXEL, Device.PHONE),
        (CHROME, Device.COMPUTER),
        (SAFARI, Device.COMPUTER),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X)", Device.TABLET),
        ("Mozilla/5.0 (Linux; Android 13; SM-X700) Chrome/120 Safari/537.36", Device.TABLET),
        ("", Device.UNKNOWN),
    ],
)
def test_the_agent_tells_the_device(agent: str, device: Device) -> None:
    assert device_of(agent) is device
