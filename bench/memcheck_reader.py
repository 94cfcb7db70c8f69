"""Reads the loss records of a Memcheck text log with regular expressions, line by line: the plain way to do it.

Usage: memcheck_reader.py LOG. Prints what it found, how long it took, and the processor time, as JSON.
It reads less than leaktrail does: no summaries, no errors, no events, no line numbers, nothing torn.
"""

import json
import re
import sys
import time

START = time.perf_counter()

PREFIX = re.compile(r"^==(\d+)== ?(.*)$")
RECORD = re.compile(
    r"^([\d,]+)(?: \(([\d,]+) direct, ([\d,]+) indirect\))? bytes in ([\d,]+) blocks are "
    r"(definitely lost|indirectly lost|possibly lost|still reachable) in loss record ([\d,]+) of ([\d,]+)$"
)
FRAME = re.compile(r"^   (?:at|by) (0x[0-9A-F]+): (.*?)(?: \((?:in (.*)|([^()]*):(\d+))\))?$")


def number(text):
    return int(text.replace(",", ""))


def read_records(lines):
    """Yields each loss record as a dictionary, with its frames."""
    open_records = {}
    for line in lines:
        prefixed = PREFIX.match(line)
        if not prefixed:
            continue
        pid, body = prefixed.groups()
        record = RECORD.match(body)
        if record:
            size, direct, indirect, blocks, kind, place, total = record.groups()
            open_records[pid] = {
                "pid": int(pid),
                "number": number(place),
                "of": number(total),
                "kind": kind,
                "bytes": number(size),
                "direct": number(direct or size),
                "indirect": number(indirect or "0"),
                "blocks": number(blocks),
                "frames": [],
            }
            continue
        if pid not in open_records:
            continue
        frame = FRAME.match(body)
        if frame:
            address, function, binary, file, line_number = frame.groups()
            open_records[pid]["frames"].append(
                (address, function, binary, file, int(line_number) if line_number else None)
            )
        else:
            yield open_records.pop(pid)
    yield from open_records.values()


def main():
    records = frames = size = 0
    with open(sys.argv[1], encoding="utf-8", errors="replace") as log:
        for record in read_records(log):
            records += 1
            frames += len(record["frames"])
            size += record["bytes"]
    found = f"{records} records, {frames} frames, {size} bytes"
    print(json.dumps({"found": found, "seconds": time.perf_counter() - START, "cpu": time.process_time()}))


if __name__ == "__main__":
    main()
