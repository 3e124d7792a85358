"""Lists every installed fail2ban filter as fail2ban itself reads it, with what its regexes find in the sample logs.

One JSON object a line on stdout, one for each filter and set of options:
  {"filter", "options", "maxlines", "subjects": [str],
   "regexes": [{"kind": "prefregex"|"failregex"|"ignoreregex", "text": str, "matches": [null | {"span", "groups"}]}]}
`text` still holds run-time tags; `matches` has one entry a subject. Subjects are the sample lines with the date cut out and, for a filter with
a prefregex, their F-CONTENT too; lines are joined where maxlines is above 1. Each also comes in a version with one character changed.
Spans are UTF-16 offsets.
"""
import glob
import json
import logging
import os
import random
import re
import sys

import fail2ban
from fail2ban.client.filterreader import FilterReader
from fail2ban.server.failregex import Regex
from fail2ban.server.filter import Filter

CONFIG = "/etc/fail2ban"
SAMPLES = os.path.join(os.path.dirname(fail2ban.__file__), "tests", "files", "logs")
MODES = ("normal", "ddos", "extra", "aggressive", "more", "rbl", "errors", "auth", "fail2ban", "pass")

ODD = ("", " ", "\n", "\r", "\t", "\u0085", "\u2028", "\u00e9", "\u0663", "\U0001f4a9", "\u017f", "[", "]", ":", '"', "7", "x")


def utf16_offset(text, position):
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2


def variants(name):
    """Option sets worth reading: the default, every form of log, every mode, and those the samples ask for."""
    yield {}
    for logtype in ("journal", "short", "rfc5424"):
        yield {"logtype": logtype}
    with open(os.path.join(CONFIG, "filter.d", name + ".conf"), encoding="utf-8") as conf:
        text = conf.read()
    for mode in MODES:
        if re.search(r"(?m)^mdre-%s\b" % mode, text) or ("<mode>" in text and mode in ("normal", "aggressive")):
            yield {"mode": mode}
    for line in sample_file(name):
        asked = re.match(r"^#+ ?filterOptions:(.+)$", line)
        for options in as_list(json.loads(asked.group(1))) if asked else ():
            yield {key: value for key, value in options.items() if not key.startswith("test.")}


def as_list(value):
    return value if isinstance(value, list) else [value]


def sample_file(name):
    path = os.path.join(SAMPLES, name)
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8", errors="replace") as lines:
        return [line.rstrip("\r\n") for line in lines]


def sample_lines(name):
    added = [re.match(r'^#+ ?addFILE:\s*"?([^"]+)"?', line) for line in sample_file(name)]
    for file in [name] + [match.group(1).strip() for match in added if match]:
        yield from (line for line in sample_file(file) if line and not line.startswith("#"))


def read_filter(name, options):
    reader = FilterReader(name, "jail", options, basedir=CONFIG)
    if not reader.read():
        return None
    reader.getOptions({})
    read = {"prefregex": [], "failregex": [], "ignoreregex": [], "maxlines": 1, "datepattern": None}
    for opt in reader.convert():
        values = opt[3] if opt[0] == "multi-set" else [opt[3]]
        for value in values:
            key = opt[2][3:] if opt[2].startswith("add") else opt[2]
            if key in ("maxlines", "datepattern"):
                read[key] = value
            elif key in read:
                read[key].append(value)
    read["maxlines"] = int(read["maxlines"])
    return read


def subjects_of(name, read):
    """The texts that fail2ban would match, with their end of line."""
    flt = Filter(None)
    if read["datepattern"]:
        flt.setDatePattern(read["datepattern"])
    buffer = []
    for line in sample_lines(name):
        match = flt.dateDetector.matchTime(line)[0]
        cut = line[: match.start(1)] + line[match.end(1) :] if match else line
        buffer = (buffer + [cut])[-read["maxlines"] :]
        yield "\n".join(buffer) + "\n"


def contents(prefregex, subjects):
    for subject in subjects:
        match = prefregex.search(subject)
        if match and match.groupdict().get("content"):
            yield match.group("content") + "\n"


def mutants(subjects):
    """Each subject with a character replaced, put in or left out, at a place that stays the same from run to run."""
    chance = random.Random(0)
    for subject in subjects:
        at = chance.randrange(len(subject))
        yield subject[:at] + chance.choice(ODD) + subject[at + chance.choice((0, 1)) :]


def compiled(kind, text, maxlines):
    return Regex(text, multiline=kind == "failregex" and maxlines > 1)._regexObj


def found(regex, subject):
    match = regex.search(subject)
    if match is None:
        return None
    return {"span": [utf16_offset(subject, position) for position in match.span()], "groups": match.groupdict()}


def describe(name, options):
    read = read_filter(name, options)
    if read is None:
        return None
    subjects = list(dict.fromkeys(subjects_of(name, read)))
    for text in read["prefregex"]:
        subjects += list(dict.fromkeys(contents(compiled("prefregex", text, 1), subjects)))
    subjects += list(mutants(subjects))
    regexes = []
    for kind in ("prefregex", "failregex", "ignoreregex"):
        for text in read[kind]:
            regex = compiled(kind, text, read["maxlines"])
            regexes.append({"kind": kind, "text": text, "matches": [found(regex, subject) for subject in subjects]})
    return {"filter": name, "options": options, "maxlines": read["maxlines"], "subjects": subjects, "regexes": regexes}


def main():
    logging.disable(logging.CRITICAL)
    for path in sorted(glob.glob(os.path.join(CONFIG, "filter.d", "*.conf"))):
        name = os.path.basename(path)[: -len(".conf")]
        seen = set()
        for options in variants(name):
            key = json.dumps(options, sort_keys=True)
            if key in seen or name.endswith("common"):
                continue
            seen.add(key)
            described = describe(name, options)
            if described is not None and described["regexes"]:
                sys.stdout.write(json.dumps(described) + "\n")


main()
