"""The manifest as JUnit XML: a suite a variant, a case a check (pure)."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from variantgen.report import wording
from variantgen.report.wording import Entry

# What XML 1.0 cannot carry even as a reference; one such character in a name makes the file unreadable.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(manifest: dict[str, Any]) -> str:
    """This run's variants as suites: a missed check fails, missed advice is skipped, the rest are errors."""
    root = Element("testsuites", name="variantgen")
    for entry in wording.this_run(manifest):
        root.append(_suite(entry))
    for refusal in manifest["refusals"]:
        root.append(_counted(f"{refusal['preset']} {refusal['master']}", [_render_case(refusal, refusal["reason"])]))
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", f"{manifest['run']['seconds']:.3f}")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(entry: Entry) -> Element:
    missed = wording.missed_checks(entry)
    reason = entry["error"] or "It failed and no check tells why."
    # a missed check is told by its own case; the sentence about it must not count as a second fault
    is_error = wording.is_failed(entry) and not missed
    cases = [_render_case(entry, reason if is_error else "")]
    cases += [_check_case(entry, check) for check in entry["checks"]]
    suite = _counted(entry["file"] or entry["id"], cases)
    if missed and entry["error"]:
        SubElement(suite, "system-err").text = _clean(entry["error"])
    return suite


def _render_case(row: dict[str, Any], error: str) -> Element:
    case = Element("testcase", classname=_clean(row["preset"]), name="render")
    if error:
        SubElement(case, "error", message=_clean(error))
    return case


def _check_case(entry: Entry, check: dict[str, Any]) -> Element:
    case = Element("testcase", classname=_clean(entry["preset"]), name=_clean(check["name"]))
    if not check["ok"]:
        message = f"wanted {check['wanted']}, measured {check['measured']}"
        outcome = SubElement(case, "skipped" if check["is_advice"] else "failure", message=_clean(message))
        outcome.text = _clean(check["note"]) or None
    return case


def _counted(name: str, cases: list[Element]) -> Element:
    suite = Element("testsuite", name=_clean(name), tests=str(len(cases)))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(1 for case in cases if case.find(tag) is not None)))
    suite.extend(cases)
    return suite


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
