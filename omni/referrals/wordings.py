"""The sentences a person agrees to on a link's page. Versioned texts, no catalog: what was agreed to must not change.

A changed sentence is a new version beside the old one.
"""

from dataclasses import dataclass

VERSION = 1

# Source: CTIA, Messaging Principles and Best Practices, 5.1.3: who texts, about what, the rates, how to stop.
_TEXTS = {
    1: {
        "en": "{studio} may text me about my visit. Message rates may apply. Reply STOP at any time.",
        "es": "{studio} puede escribirme por SMS sobre mi visita. Puede costar. Responde STOP cuando quieras.",
    }
}
_PROGRESS = {
    1: {
        "en": "My friend may see my first name and how far I got.",
        "es": "Quien me invita puede ver mi nombre y hasta dónde llegué.",
    }
}


@dataclass(frozen=True)
class Wordings:
    """Both sentences in one language."""

    version: int
    texts: str
    progress: str


def for_studio(name: str, language: str) -> Wordings:
    """The present sentences, in the workspace's language where there is a version in it, else in English."""
    said = language.split("-")[0]
    texts, progress = _TEXTS[VERSION], _PROGRESS[VERSION]
    return Wordings(VERSION, texts.get(said, texts["en"]).replace("{studio}", name), progress.get(said, progress["en"]))
