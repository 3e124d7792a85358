"""Answers what Python's re finds: one JSON request a line on stdin, one JSON answer a line on stdout.

Request:  {"pattern": str, "multiline": bool, "ignoreCase": bool, "subjects": [str]}
Answer:   {"error": str}
       or {"matches": [null | {"span": [start, end], "groups": {name or number: str or null}}]}
       or {"unanswered": true}: it took too long, or ran into a bug of CPython's own (SystemError)
Spans are UTF-16 offsets, as JavaScript counts.
"""
import json
import re
import signal
import sys
import warnings


class Timeout(Exception):
    pass


def on_alarm(_signal, _frame):
    raise Timeout()


def utf16_offset(text, position):
    return len(text[:position].encode("utf-16-le", "surrogatepass")) // 2


def found(regex, subject):
    match = regex.search(subject)
    if match is None:
        return None
    groups = {str(number): match.group(number) for number in range(1, regex.groups + 1)}
    groups.update(match.groupdict())
    return {"span": [utf16_offset(subject, position) for position in match.span()], "groups": groups}


def answer(request):
    flags = (re.MULTILINE if request.get("multiline") else 0) | (re.IGNORECASE if request.get("ignoreCase") else 0)
    try:
        regex = re.compile(request["pattern"], flags)
    except (re.error, OverflowError, ValueError, RecursionError) as error:
        return {"error": str(error)}
    signal.setitimer(signal.ITIMER_REAL, 2)
    try:
        return {"matches": [found(regex, subject) for subject in request["subjects"]]}
    except (Timeout, SystemError):
        return {"unanswered": True}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main():
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, on_alarm)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()


main()
