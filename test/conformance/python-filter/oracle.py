"""Runs the installed fail2ban's own Filter over logs, the way a replay does: the log's dates are the only clock.

Reads jobs as JSON from stdin: [{"config": directory, "filter": name, "options": {…}, "now": epoch seconds, "lines": […]}, …];
without "config" it is the installed configuration.
Prints one JSON array a job, with one array a line: [id, time, number of lines behind it] for each failure.
"""
import json
import sys
import types

from fail2ban.client.filterreader import FilterReader
from fail2ban.server import filter as filter_module
from fail2ban.server import utils
from fail2ban.server.filter import Filter
from fail2ban.server.mytime import MyTime

clock = {"log": 0}
# Sessions age on the wall clock; a replay that is to be comparable must age them on the log's own.
utils.time = types.SimpleNamespace(time=lambda: clock["log"], sleep=lambda seconds: None)
# Long past: so the last date seen is always young enough to serve a line without one, and no line is too old.
filter_module.MyTime = types.SimpleNamespace(time=lambda: 0, str2seconds=MyTime.str2seconds)


class ReplayFilter(Filter):
    def __init__(self):
        Filter.__init__(self, None)
        self.inOperation = False
        self.returnRawHost = True

    def findFailure(self, line, date, noDate=False):
        clock["log"] = date or clock["log"]
        return Filter.findFailure(self, line, date, noDate=noDate)


def read_filter(config, name, options):
    found = ReplayFilter()
    reader = FilterReader(name, "jail", options, basedir=config)
    reader.read()
    reader.getOptions({})
    setters = {
        "addfailregex": found.addFailRegex,
        "addignoreregex": found.addIgnoreRegex,
        "maxlines": found.setMaxLines,
        "datepattern": found.setDatePattern,
        "prefregex": lambda value: setattr(found, "prefRegex", value),
    }
    for command in reader.convert():
        values = command[3] if command[0] == "multi-set" else [command[3]]
        for value in values:
            setters.get(command[2], lambda value: None)(value)
    return found


def run(job):
    MyTime.setTime(job["now"])
    clock["log"] = 0
    found = read_filter(job.get("config", "/etc/fail2ban"), job["filter"], job["options"])
    answer = []
    for line in job["lines"]:
        failures = found.processLine(line)
        answer.append([[str(f[1]), f[2], len(f[3]["matches"])] for f in failures])
    return answer


for job in json.load(sys.stdin):
    print(json.dumps(run(job)))
