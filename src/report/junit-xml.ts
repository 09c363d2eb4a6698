import { DOMImplementation, type Document, type Element, XMLSerializer } from '@xmldom/xmldom';
import type { GateOutcome } from '../evaluate/gate-outcomes.js';

/** What gates were held against. */
export interface GateSuite {
  /** Tells evaluations of one job apart: servers keep one case for each suite and name. */
  readonly name: string;
  /** Of the evaluation; a gate by itself takes no time. */
  readonly seconds: number;
  readonly outcomes: readonly GateOutcome[];
}

type Attributes = Readonly<Record<string, string | number>>;

/**
 * Gates as JUnit XML, a test case each, as GitLab, Jenkins and GitHub's actions read it. What XML
 * cannot hold, such as a control character in a path, becomes U+FFFD.
 *
 * @see https://docs.gitlab.com/ci/testing/unit_test_reports; Jenkins' junit-10.xsd of its xUnit plugin
 */
export function junitXml({ name, seconds, outcomes }: GateSuite): string {
  const failures = outcomes.filter(({ miss }) => miss !== null).length;
  const counts = { tests: outcomes.length, failures, errors: 0, time: seconds.toFixed(3) };
  const document = new DOMImplementation().createDocument(null, 'testsuites');
  const root = document.documentElement as Element;
  setAttributes(root, { name: 'histo eval', ...counts });
  const suite = append(root, 'testsuite', { name, ...counts, skipped: 0 });
  for (const { name: gate, miss } of outcomes) {
    const testCase = append(suite, 'testcase', { classname: name, name: gate, time: '0.000' });
    if (miss === null) continue;
    const failure = append(testCase, 'failure', { message: miss, type: 'GateError' });
    failure.textContent = writable(miss);
  }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(document)}\n`;
}

function append(parent: Element, name: string, attributes: Attributes): Element {
  const element = (parent.ownerDocument as Document).createElement(name);
  setAttributes(element, attributes);
  parent.appendChild(element);
  return element;
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, writable(String(value)));
  }
}

/** @see https://www.w3.org/TR/xml/#charsets */
function writable(text: string): string {
  return text.replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
