"""The policy as text and as data, from the same clauses as its page."""

import textwrap
from typing import Any

from omni.privacy.clause import State
from omni.privacy.clauses import PARTS, all_clauses
from omni.privacy.versions import POLICY


def as_text(contact: str) -> str:
    """The whole policy as plain text, 80 columns."""
    by_id = {clause.id: clause for clause in all_clauses()}
    lines = ["Privacy policy", f"Version {POLICY.number}, in force since {POLICY.effective_on.isoformat()}", ""]
    for part, ids in PARTS.items():
        lines += [part.value, "=" * len(part.value), ""]
        for each in ids:
            clause = by_id[each]
            lines += [f"{clause.id}  {clause.heading}", *textwrap.wrap(clause.text.format(contact=contact), 80), ""]
    return "\n".join(lines)


def as_json(contact: str) -> dict[str, Any]:
    """The policy for machines. What has no feature at all yet is "partly" here too, with its reason."""
    return {
        "version": POLICY.number,
        "effective_on": POLICY.effective_on.isoformat(),
        "clauses": [
            {
                "id": clause.id,
                "text": clause.text.format(contact=contact),
                "features": list(clause.features),
                "proofs": list(clause.proofs),
                "state": "kept" if clause.state is State.KEPT else "partly",
                "reason": clause.reason,
            }
            for clause in all_clauses()
        ],
    }
