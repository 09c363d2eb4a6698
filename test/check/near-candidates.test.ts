import { expect, it } from 'vitest';
import { fingerprintBytes } from '../../src/check/fingerprint.js';
import { forEachCandidate } from '../../src/check/near-candidates.js';
import { turnedCells } from '../../src/check/turns.js';
import { randomStream } from '../../src/rng.js';

const cells = 64;
const radius = 16;
const count = 300;
const random = randomStream(0, 1);
const draw = (below: number) => Math.floor(random.nextUniform() * below);

/** Levels around few centres, turned and jittered, so that some pairs are near and some nearly so. */
function drawnFingerprints(): Uint8Array {
  const centres = Array.from({ length: 20 }, () => {
    const middle = 60 + draw(130);
    return Array.from({ length: cells }, () => middle + draw(60));
  });
  const rows = new Uint8Array(count * fingerprintBytes);
  for (let row = 0; row < count; row++) {
    const [centre, turn] = [centres[draw(20)] ?? [], turnedCells(8)[draw(8)] ?? []];
    const jitter = 1 + draw(5);
    for (let cell = 0; cell < cells; cell++) {
      rows[row * fingerprintBytes + cell] = (centre[turn[cell] ?? 0] ?? 0) + draw(jitter);
    }
  }
  return rows;
}

/** The smallest distance of two rows over all turns, by brute force. */
function distance(fingerprints: Uint8Array, one: number, other: number): number {
  const squares = turnedCells(8).map((turn) => {
    let sum = 0;
    for (let cell = 0; cell < cells; cell++) {
      const a = fingerprints[one * fingerprintBytes + (turn[cell] ?? 0)] ?? 0;
      sum += (a - (fingerprints[other * fingerprintBytes + cell] ?? 0)) ** 2;
    }
    return sum;
  });
  return Math.sqrt(Math.min(...squares));
}

it('visits every pair within the radius, once, and few others', () => {
  const fingerprints = drawnFingerprints();
  const rows = Array.from({ length: count }, (_, row) => row);
  const visited: string[] = [];
  forEachCandidate(fingerprints, rows, { radius, firstAsked: 0 }, (one, other) => {
    visited.push([one, other].sort((a, b) => a - b).join());
  });
  const near = rows.flatMap((one) =>
    rows
      .filter((other) => other > one && distance(fingerprints, one, other) <= radius)
      .map((other) => `${one},${other}`),
  );
  expect(near.length).toBeGreaterThan(500);
  expect(new Set(visited).size).toBe(visited.length);
  expect(near.filter((pair) => !visited.includes(pair))).toEqual([]);
  expect(visited.length).toBeLessThan((count * (count - 1)) / 4);
});

it('passes over pairs of rows that are not asked for, and no others', () => {
  const fingerprints = drawnFingerprints();
  const rows = Array.from({ length: count }, (_, row) => row);
  const visits = (firstAsked: number) => {
    const visited: (readonly [number, number])[] = [];
    const limits = { radius, firstAsked };
    forEachCandidate(fingerprints, rows, limits, (...pair) => visited.push(pair));
    return visited;
  };
  expect(visits(250)).toEqual(visits(0).filter((pair) => Math.max(...pair) >= 250));
});
