"""Answers what fail2ban's own DateDetector finds in lines of log.

One JSON request a line on stdin, one JSON answer a line on stdout:
  {"datepattern": text or null, "logtimezone": text or null, "now": epoch seconds, "lines": [text, ...]}
  -> {"refused": text}                       fail2ban does not take the datepattern or the zone
  -> {"found": [null                         no date
               | [start, end, epoch or null] UTF-16 places of what is cut out; null: no time comes of it
               | {"raised": name}, ...]}     fail2ban drops the line with an exception
The state of the detector goes from line to line of one request, and not to the next.
"""

import datetime
import json
import os
import re
import sys
import time
import types

os.environ["TZ"] = "UTC"
time.tzset()

from fail2ban.server import datedetector, strptime
from fail2ban.server.mytime import MyTime

DEFAULT_TEMPLATES = list(datedetector.DateDetectorCache.DEFAULT_TEMPLATES)
FIRST_YEAR = datetime.datetime(2026, 1, 1)


def start_fail2ban_at(now):
    """Everything that fail2ban keeps in the process is made anew, as if it had been started at that time."""
    MyTime.setTime(now)
    datedetector.time = types.SimpleNamespace(time=lambda: now)
    started = max(FIRST_YEAR, datetime.datetime.fromtimestamp(now))

    class Started(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return started

    strptime.datetime = types.SimpleNamespace(datetime=Started)
    strptime._updateTimeRE()
    strptime.datetime = datetime
    datedetector.DD_patternCache.clear()
    datedetector.DateDetectorCache.DEFAULT_TEMPLATES = list(DEFAULT_TEMPLATES)
    datedetector.DateDetector._defCache = datedetector.DateDetectorCache()


def make_detector(datepattern, logtimezone):
    detector = datedetector.DateDetector()
    detector.default_tz = logtimezone
    # as filter.py: setDatePattern
    for pattern in filter(bool, map(str.strip, re.split("\n+", datepattern or ""))):
        detector.appendTemplate(pattern)
    if not detector.templates:
        detector.addDefaultTemplate()
    for template in detector.templates:
        template._compileRegex()
    return detector


def utf16(line, index):
    return len(line[:index].encode("utf-16-le", "surrogatepass")) // 2


def find(detector, line):
    try:
        match, template = detector.matchTime(line)
        if match is None:
            return None
        start, end = max(0, match.start(1)), max(0, match.end(1))
        if start == end:
            return [utf16(line, start), utf16(line, end), None]
        found = detector.getTime(line[start:end], (match, template))
    except Exception as error:
        return {"raised": type(error).__name__}
    return [utf16(line, start), utf16(line, end), None if found is None else found[0]]


def answer(request):
    start_fail2ban_at(request["now"])
    try:
        detector = make_detector(request["datepattern"], request["logtimezone"])
    except Exception as error:
        return {"refused": "%s: %s" % (type(error).__name__, error)}
    return {"found": [find(detector, line) for line in request["lines"]]}


import logging

logging.disable(logging.CRITICAL)
for text in sys.stdin:
    print(json.dumps(answer(json.loads(text))), flush=True)
