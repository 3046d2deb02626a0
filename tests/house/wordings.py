"""Texts that are changed together, by their names in an address."""

WORDINGS = {
    "contact": "contact",
    "house_rules": "huisregels",
    "mail_kind": "proposals.answered",
}
