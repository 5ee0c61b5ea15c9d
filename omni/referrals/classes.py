"""What kind of request a hit was, and which rule said so. The first rule that fits decides."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from crawlerdetect import CrawlerDetect  # type: ignore[import-untyped]
from is_crawler import is_crawler

# Counted up when a rule or a list below changes, so that a stored class says by which rules it was given.
RULES_VERSION = 1


class HitClass(StrEnum):
    """Who asked for the page."""

    HUMAN = "human"
    HUMAN_CONFIRMED = "human_confirmed"
    PREVIEW = "preview"
    BOT = "bot"
    SCANNER = "scanner"
    PREFETCH = "prefetch"
    PROBE = "probe"
    OWN = "own"


VISITS = (HitClass.HUMAN, HitClass.HUMAN_CONFIRMED)


@dataclass(frozen=True)
class Request:
    """What of a request decides its class."""

    agent: str = ""
    is_head: bool = False
    is_prefetch: bool = False
    accepts_html: bool = True
    has_session: bool = False


@dataclass(frozen=True)
class Verdict:
    """A class, and the rule that gave it: a word, or a word and the token that was found."""

    hit_class: HitClass
    reason: str


# Fetchers a chat or a social site sends to draw the card. Source: the agents' own pages and crawler-user-agents.
# iMessage sends "facebookexternalhit/1.1 Facebot Twitterbot/1.0" behind a Safari agent, Signal sends "WhatsApp/2".
PREVIEWS = (
    "whatsapp", "facebookexternalhit", "facebot", "twitterbot", "slackbot-linkexpanding", "slack-imgproxy", "slackbot",
    "telegrambot", "discordbot", "linkedinbot", "skypeuripreview", "viber", "kakaotalk-scrap", "line-poker",
    "redditbot", "pinterestbot", "vkshare", "google-pagerenderer", "chat.google.com", "mattermost-bot", "rocket.chat",
    "mastodon/",
    "pleroma", "misskey", "akkoma", "blueskycardbot", "bluesky cardyb", "embedly", "iframely",
    "nextcloud server crawler",
    "synapse (bot;", "cheogram", "snapchat", "tiktokspider", "applebot-linkpreview", "xing-contenttabreceiver",
    "signal-desktop", "signal-android", "zoombot", "teamsbot",
)  # fmt: skip

# Words in the names of real phones that lists of robots take for robots (a CUBOT is a phone).
PHONES = ("cubot",)

# Agents we know better than the lists do.
OVERRIDES = (
    ("chrome-lighthouse", HitClass.BOT),
    ("headlesschrome", HitClass.BOT),
    ("google-safety", HitClass.SCANNER),
    ("googleimageproxy", HitClass.SCANNER),
    ("barracuda", HitClass.SCANNER),
    ("mimecast", HitClass.SCANNER),
    ("proofpoint", HitClass.SCANNER),
)

# Mail and security gateways that open links before people do and that neither list calls a robot.
SCANNERS = (
    "ms-office", "bitdefender", "kaspersky", "sophos", "symantec", "fortiguard", "zscaler",
    "cisco-umbrella", "ironport", "trendmicro", "forcepoint", "webroot", "avast secure", "urldefense", "safelinks",
)  # fmt: skip

_crawlers = CrawlerDetect()


def judge(request: Request) -> Verdict:
    """The class of a request, and why."""
    if request.is_head:
        return Verdict(HitClass.PROBE, "head")
    if request.is_prefetch:
        return Verdict(HitClass.PREFETCH, "prefetch")
    by_agent = judge_agent(request.agent)
    if by_agent:
        return by_agent
    if not request.accepts_html:
        return Verdict(HitClass.PROBE, "accept")
    if request.has_session:
        return Verdict(HitClass.OWN, "session")
    return Verdict(HitClass.HUMAN, "no rule")


@lru_cache(maxsize=8192)
def judge_agent(agent: str) -> Verdict | None:
    """What the user agent alone decides, or None when it looks like a person's."""
    low = agent.lower()
    for token, hit_class in OVERRIDES:
        if token in low:
            return Verdict(hit_class, f"override: {token}")
    if not low.strip():
        return Verdict(HitClass.BOT, "no agent")
    if preview := _found(PREVIEWS, low):
        return Verdict(HitClass.PREVIEW, f"preview: {preview}")
    bare = _without_phones(low, agent)
    if is_crawler(bare):
        return Verdict(HitClass.BOT, "is-crawler")
    if _crawlers.is_crawler(bare):
        return Verdict(HitClass.BOT, "crawlerdetect")
    if scanner := _found(SCANNERS, low):
        return Verdict(HitClass.SCANNER, f"scanner: {scanner}")
    return None


def _found(tokens: tuple[str, ...], low: str) -> str | None:
    return next((token for token in tokens if token in low), None)


def _without_phones(low: str, agent: str) -> str:
    """The agent, with a phone's unlucky name replaced by a plain one."""
    for word in PHONES:
        at = low.find(word)
        if at >= 0:
            agent = f"{agent[:at]}phone{agent[at + len(word) :]}"
    return agent
