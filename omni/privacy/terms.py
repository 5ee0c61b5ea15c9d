"""The terms of use, in plain words. Versioned beside the policy."""

TERMS = (
    (
        "What you get",
        "Omni keeps the people your work lives from: who they are, where they stand, what was said, what comes next."
        " It runs on the computers of whoever operates this installation.",
    ),
    (
        "Who may use it",
        "You are old enough to agree to terms in your country, and you use Omni for your work. Invite only people you"
        " would hand your address book to.",
    ),
    (
        "Your people",
        "The people in your lists belong to your studio, not to us. You have a reason to hold what you hold"
        " about them,"
        " and you tell them when they ask. What we do with it is in the privacy policy.",
    ),
    (
        "Texting",
        "You text people who asked for it or with whom you are in touch, in your own name, through your own"
        " account with"
        " a provider. You follow the law of their country. When somebody says stop, Omni stops, and you do not work"
        " around it.",
    ),
    (
        "What is not allowed",
        "No spam, no deceit, no harassment, nothing unlawful, no attempts to reach another studio's data.",
    ),
    (
        "If we must pause you",
        "If a workspace is misused, its operator may pause it. You are told why unless the law forbids it. You"
        " can still"
        " read, export and delete everything, and you can appeal.",
    ),
    (
        "Leaving",
        "You may leave at any time: take an export, delete your account, change your mind for thirty days.",
    ),
    (
        "What we cannot promise",
        "Omni is provided as it is. We work to keep it up and right, and say so when it is not. To the extent the law"
        " allows, we are not liable for indirect loss.",
    ),
    (
        "Changes",
        "When these terms change, you are told before they hold, and may leave with everything you have.",
    ),
)
