"""In whose words a mail is said: those of the process that it is about, else those of the site."""

from collections.abc import Mapping
from typing import Any

from flask import g

from participatie.core.db import db
from participatie.core.i18n import language
from participatie.doors import PROCESS_OF
from participatie.processes.services.own_words import own_words


def words_of(parameters: Mapping[str, Any]) -> Mapping[str, str]:
    """What is said instead of texts of the program in a mail that holds `parameters`.

    Its process is found as that of an address. Asked once in a batch of mails.
    """
    name = next((one for one in PROCESS_OF if one in parameters), None)
    if name is None:
        return {}
    number = int(parameters[name])
    processes, words = g.setdefault("processes_of_mails", {}), g.setdefault("words_of_mails", {})
    if (name, number) not in processes:
        processes[name, number] = db.session.scalar(PROCESS_OF[name](number))
    process_id = processes[name, number]
    if process_id is None:
        return {}
    if (process_id, language()) not in words:
        words[process_id, language()] = own_words(process_id)
    found: Mapping[str, str] = words[process_id, language()]
    return found
