"""Adds up the test logs of meson build folders and closes with "N passed, N failed". Fails when nothing ran."""
import json
import pathlib
import sys
import xml.etree.ElementTree as tree

passed = failed = skipped = 0
for folder in sys.argv[1:]:
    logs = pathlib.Path(folder, "meson-logs")
    seen = set()  # programs with a test of theirs that failed
    for suite in tree.parse(logs / "testlog.junit.xml").iter("testsuite"):
        for case in suite.iter("testcase"):
            name = f"{suite.get('name')}: {case.get('name')}"
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                seen.add(suite.get("name").split(".", 1)[-1])
                print("failed:", name)
            elif case.find("skipped") is not None:
                skipped += 1
                print("skipped:", name)
            else:
                passed += 1
    # A program may also end badly, or not at all, with every test it told of passed.
    for line in (logs / "testlog.json").read_text().splitlines():
        program = json.loads(line)
        if program["result"] not in ("OK", "SKIP", "EXPECTEDFAIL") and program["name"] not in seen:
            failed += 1
            print("failed:", program["name"], program["result"])
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(0 if passed and not failed else 1)
