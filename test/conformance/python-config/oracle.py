#!/usr/bin/env python3
"""Answers questions about configurations with the installed fail2ban's own reader.

One JSON object a line in, one a line out:
  {"op": "jails", "files": {path: text}} or {"op": "jails", "directory": path}   what the server would be told, a jail each
  {"op": "filter", "directory": path, "text": "name[mode=…]"}   a filter by itself, as fail2ban-regex reads it
  {"op": "ini", "text": text}            one file parsed: {section: {option: value}}
  {"op": "seconds", "text": text}        a time in seconds
  {"op": "formula", "text": text, "time": n, "count": n, "factor": n}
  {"op": "definition", "text": text}     a filter or action taken apart
  {"op": "split", "text": text}          an action value split into its actions
  {"op": "words", "text": text}          a list such as ignoreip split into its words
A question fail2ban answers by raising is answered {"error": {"type", "message", "line"}}.
"""
import configparser
import json
import logging
import os
import shutil
import signal
import sys
import tempfile

sys.path.insert(0, "/usr/lib/python3/dist-packages")
from fail2ban.client import jailreader  # noqa: E402
from fail2ban.client.configparserinc import SafeConfigParserWithIncludes  # noqa: E402
from fail2ban.client.configurator import Configurator  # noqa: E402
from fail2ban.client.filterreader import FilterReader  # noqa: E402
from fail2ban.helpers import extractOptions, splitWithOptions, splitwords  # noqa: E402
from fail2ban.server.mytime import MyTime  # noqa: E402

logging.disable(logging.CRITICAL)
# Every log file exists, so that each logpath shows in the answer.
jailreader.JailReader._glob = staticmethod(lambda path: [path] if path else [])

TIMES = ("findtime", "bantime", "bantime.maxtime", "bantime.rndtime")


def seconds(text):
    try:
        return float(MyTime.str2seconds(text))
    except Exception:
        return None


def apply(jail, command):
    """What one command of the stream does to a jail."""
    verb, rest = command[0], command[2:]
    option, values = rest[0], rest[1:]
    if verb == "multi-set" and option.startswith("add"):
        jail[option[3:]].extend(values[0])
    elif option in ("addfailregex", "addignoreregex"):
        jail[option[3:]].append(values[0])
    elif option == "addaction":
        jail["actions"].append(values[0])
    elif option == "addignoreip":
        jail["ignoreip"].extend(values)
    elif option == "addlogpath":
        jail["logpath"].append(values[0])
    elif option == "addjournalmatch":
        jail["journalmatch"].append(values)
    elif option in TIMES:
        jail["options"][option] = seconds(values[0]) if values[0] else None
    elif option != "action" and verb == "set":
        jail["options"][option] = values[0] if len(values) == 1 else values


def empty(backend):
    return {"backend": backend, "failregex": [], "ignoreregex": [], "actions": [], "ignoreip": [], "logpath": [],
            "journalmatch": [], "options": {}}


def op_filter(question):
    name, options = extractOptions(question["text"])
    reader = FilterReader(name, "jail", options, share_config={}, basedir=question["directory"])
    if not reader.read():
        raise ValueError("no such filter")
    reader.applyAutoOptions("")
    reader.getOptions(None)
    jail = empty("")
    for command in reader.convert():
        apply(jail, command)
    return jail


def jails(directory):
    configurator = Configurator()
    configurator.setBaseDir(directory)
    configurator.readAll()
    configurator.getOptions()
    configurator.convertToProtocol(allow_no_files=True)
    answer = {"jails": {}, "skipped": [], "general": {}}
    for command in configurator.getConfigStream():
        if command[0] == "add":
            answer["jails"][command[1]] = empty(command[2])
        elif command[0] == "config-error":
            answer["skipped"].append(command[1])
        elif command[0] in ("set", "multi-set") and command[1] in answer["jails"]:
            apply(answer["jails"][command[1]], command)
        elif command[0] == "set" and len(command) == 3:
            answer["general"][command[1]] = command[2]
    return answer


def op_jails(question):
    if "directory" in question:
        return jails(question["directory"])
    directory = tempfile.mkdtemp(prefix="cloudjail-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        for path, text in question["files"].items():
            os.makedirs(os.path.dirname(os.path.join(directory, path)), exist_ok=True)
            with open(os.path.join(directory, path), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        return json.loads(json.dumps(jails(directory)).replace(directory, "/etc/fail2ban"))
    finally:
        shutil.rmtree(directory)


def op_ini(question):
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8", newline="") as file:
        file.write(question["text"])
        file.flush()
        parser = SafeConfigParserWithIncludes()
        parser.read(file.name, get_includes=False)
    return {"defaults": dict(parser.get_defaults()), "sections": {n: dict(s) for n, s in parser.get_sections().items()}}


def op_seconds(question):
    return {"seconds": float(MyTime.str2seconds(question["text"]))}


class Ban:
    def __init__(self, time, count):
        self.Time, self.Count = time, count


def op_formula(question):
    import math, random  # noqa: E401 - what fail2ban/server/jail.py has in scope
    ban, banFactor = Ban(question["time"], question["count"]), question["factor"]
    return {"value": float(eval(compile(question["text"], "formula", "eval"),
                                {"math": math, "random": random, "ban": ban, "banFactor": banFactor}))}


def op_definition(question):
    name, args = extractOptions(question["text"])
    return {"name": name, "args": args}


def op_split(question):
    return {"parts": [part.strip() for part in splitWithOptions(question["text"]) if part.strip()]}


def op_words(question):
    return {"words": splitwords(question["text"])}


class Endless(Exception):
    pass


def give_up(*_):
    raise Endless("no answer within a second")


# Tags that grow into each other keep fail2ban busy for ever.
signal.signal(signal.SIGALRM, give_up)


def answer(question):
    signal.setitimer(signal.ITIMER_REAL, 1)
    try:
        return globals()["op_" + question["op"]](question)
    except RecursionError:
        return {"error": {"type": "RecursionError", "message": "", "line": None}}
    except Exception as error:
        line = getattr(error, "lineno", None)
        if type(error) is configparser.ParsingError and error.errors:
            line = error.errors[0][0]
        return {"error": {"type": type(error).__name__, "message": str(error)[:1000], "line": line}}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


for question in sys.stdin:
    print(json.dumps(answer(json.loads(question))).replace("-Infinity", "null").replace("Infinity", "null").replace("NaN", "null"), flush=True)
