import { describe, expect, it } from 'vitest';
import { encodeSessionConfig } from '../../../src/engine/native/session-config.js';

describe('encodeSessionConfig', () => {
  it('writes a ConfigProto without rewriters', () => {
    expect([...encodeSessionConfig({ rewriters: {} })]).toEqual([
      // gpu_options (6), 2 bytes: allow_growth (4) = true
      ...[0x32, 0x02, 0x20, 0x01],
      // graph_options (10), 2 bytes: rewrite_options (10), empty
      ...[0x52, 0x02, 0x52, 0x00],
    ]);
  });

  it('writes switches of Grappler by their field numbers, those above 15 in two bytes', () => {
    expect([...encodeSessionConfig({ rewriters: { 3: 2, 31: 1 } })]).toEqual([
      ...[0x32, 0x02, 0x20, 0x01],
      // graph_options (10), 7 bytes: rewrite_options (10), 5 bytes: constant_folding (3) = OFF (2),
      // auto_mixed_precision_onednn_bfloat16 (31) = ON (1): 31 << 3 = 248 = 0xf8 0x01
      ...[0x52, 0x07, 0x52, 0x05, 0x18, 0x02, 0xf8, 0x01, 0x01],
    ]);
  });
});
