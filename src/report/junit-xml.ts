import { create } from 'xmlbuilder2';
import type { GateOutcome } from '../evaluate/gate-outcomes.js';

/** What gates were held against. */
export interface GateSuite {
  /** Tells evaluations of one job apart: servers keep one case for each suite and name. */
  readonly name: string;
  /** Of the evaluation; a gate by itself takes no time. */
  readonly seconds: number;
  readonly outcomes: readonly GateOutcome[];
}

/**
 * Gates as JUnit XML, a test case each, as GitLab, Jenkins and GitHub's actions read it. What XML
 * cannot hold, such as a control character in a path, becomes U+FFFD.
 *
 * @see https://docs.gitlab.com/ci/testing/unit_test_reports; Jenkins' junit-10.xsd of its xUnit plugin
 */
export function junitXml({ name, seconds, outcomes }: GateSuite): string {
  const failures = outcomes.filter(({ miss }) => miss !== null).length;
  const counts = { tests: outcomes.length, failures, errors: 0, time: seconds.toFixed(3) };
  const document = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' });
  const suite = document
    .ele('testsuites', { name: 'histo eval', ...counts })
    .ele('testsuite', { name, ...counts, skipped: 0 });
  for (const outcome of outcomes) {
    const testCase = suite.ele('testcase', {
      classname: name,
      name: outcome.name,
      time: '0.000',
    });
    if (outcome.miss === null) continue;
    testCase.ele('failure', { message: outcome.miss, type: 'GateError' }).txt(outcome.miss);
  }
  return `${document.end({ prettyPrint: true })}\n`;
}
