"""What Python's re takes for word characters, digits and white space, and how it folds case: one JSON object on stdout.

Categories are lists of closed ranges; "folded" maps each code point that has another case to those that (?i) finds for it.
"""
import json
import re
import sys
import unicodedata

ALL = [chr(code_point) for code_point in range(sys.maxunicode + 1)]
TEXT = "".join(ALL)


def ranges(pattern):
    found = [[match.start(), match.end() - 1] for match in re.finditer("(?:%s)+" % pattern, TEXT)]
    return found


def folded():
    """Of all characters with another case, which ones each of them finds."""
    cased = "".join(c for c in ALL if c.lower() != c or c.upper() != c)
    return {ord(c): [ord(m.group()) for m in re.finditer("(?i:%s)" % re.escape(c), cased)] for c in cased}


def main():
    tables = {"word": ranges(r"\w"), "digit": ranges(r"\d"), "space": ranges(r"\s"), "folded": folded()}
    json.dump({"unicode": unicodedata.unidata_version, **tables}, sys.stdout)


main()
