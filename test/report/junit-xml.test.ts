import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { junitXml } from '../../src/report/junit-xml.js';

const suite = {
  name: 'histo eval runs/first on held_back.csv',
  seconds: 12.3456,
  outcomes: [
    { name: 'roc_auc at least 0.95', miss: 'roc_auc: expected at least 0.95, got 0.9412' },
    { name: 'accuracy at least 0.9', miss: null },
  ],
};

/** Elements, their attributes and texts in their order, as a strict parser reads them. */
function read(xml: string): (string | [name: string, attributes: Record<string, string>])[] {
  const found: ReturnType<typeof read> = [];
  const parser = new SaxesParser(); // throws on what is no XML
  parser.on('opentag', ({ name, attributes }) => found.push([name, { ...attributes }]));
  parser.on('text', (text) => text.trim() === '' || found.push(text));
  parser.write(xml).close();
  return found;
}

describe('junitXml', () => {
  it('has a case for each gate, and a failure in those that were missed', () => {
    const counts = { tests: '2', failures: '1', errors: '0', time: '12.346' };
    const { name } = suite;
    const message = 'roc_auc: expected at least 0.95, got 0.9412';
    expect(read(junitXml(suite))).toEqual([
      ['testsuites', { name: 'histo eval', ...counts }],
      ['testsuite', { name, ...counts, skipped: '0' }],
      ['testcase', { classname: name, name: 'roc_auc at least 0.95', time: '0.000' }],
      ['failure', { message, type: 'GateError' }],
      message, // GitLab shows this, Jenkins the attribute
      ['testcase', { classname: name, name: 'accuracy at least 0.9', time: '0.000' }],
    ]);
  });

  it('holds hostile names, and U+FFFD for what XML cannot hold', () => {
    const hostile = `a"b'c<d>&e;]]>&amp;&#1;<!--<x y="z"/>\u{1F52C}\n\t`;
    const miss = `${hostile}\u0000\u001B[31m\uFFFE\uD800`;
    const xml = junitXml({ name: hostile, seconds: 0, outcomes: [{ name: hostile, miss }] });
    const readable = `${hostile}\uFFFD\uFFFD[31m\uFFFD\uFFFD`;
    expect(read(xml).slice(1)).toEqual([
      ['testsuite', expect.objectContaining({ name: hostile })],
      ['testcase', { classname: hostile, name: hostile, time: '0.000' }],
      ['failure', { message: readable, type: 'GateError' }],
      readable,
    ]);
  });
});
