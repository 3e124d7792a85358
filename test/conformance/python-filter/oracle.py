"""Runs the installed fail2ban's own Filter over a log, line by line, and prints what it finds as JSON.

Arguments: configuration directory, filter name, filter options as JSON, log file, now (epoch seconds).
Prints one JSON array a log line: [index of the failregex, id, time, number of matched lines] for each failure.
"""
import json
import sys
import types

from fail2ban.client.filterreader import FilterReader
from fail2ban.server import utils
from fail2ban.server.filter import Filter
from fail2ban.server.mytime import MyTime


def read_filter(config, name, options):
    found = Filter(None)
    found.checkFindTime = False
    reader = FilterReader(name, "jail", options, basedir=config)
    reader.read()
    reader.getOptions({})
    for command in reader.convert():
        values = command[3] if command[0] == "multi-set" else [command[3]]
        for value in values:
            if command[2] == "prefregex":
                found.prefRegex = value
            elif command[2] == "addfailregex":
                found.addFailRegex(value)
            elif command[2] == "addignoreregex":
                found.addIgnoreRegex(value)
            elif command[2] == "maxlines":
                found.setMaxLines(value)
            elif command[2] == "datepattern":
                found.setDatePattern(value)
    return found


def age_sessions_on_log_time(found):
    """Sessions age on the wall clock; a replay that is to be comparable must age them on the log's own."""
    clock = {"now": 0}
    utils.time = types.SimpleNamespace(time=lambda: clock["now"], sleep=lambda seconds: None)
    find_failure = found.findFailure

    def on_log_time(line, date, noDate=False):
        clock["now"] = date or clock["now"]
        return find_failure(line, date, noDate=noDate)

    found.findFailure = on_log_time


def main(config, name, options, log, now):
    MyTime.setTime(float(now))
    found = read_filter(config, name, json.loads(options))
    age_sessions_on_log_time(found)
    with open(log, encoding="utf-8", errors="replace", newline="\n") as lines:
        for line in lines:
            failures = found.processLine(line.rstrip("\r\n"))
            print(json.dumps([[f[0], str(f[1]), f[2], len(f[3]["matches"])] for f in failures]))


main(*sys.argv[1:])
