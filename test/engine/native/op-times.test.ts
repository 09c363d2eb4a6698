import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { readOpTimes, traceOptions } from '../../../src/engine/native/op-times.js';

/** A NodeExecStats as in step_stats.proto, with fields between that nobody asked for. */
function nodeStats(name: string, start: number, end: number, label: string): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).string(name); // node_name
  writer.tag(2, WireType.Varint).int64(1_700_000_000_000_000); // all_start_micros
  writer.tag(3, WireType.Varint).int64(start); // op_start_rel_micros
  writer.tag(4, WireType.Varint).int64(end); // op_end_rel_micros
  writer.tag(5, WireType.Varint).int64(end + 100); // all_end_rel_micros
  writer.tag(6, WireType.LengthDelimited).bytes(Uint8Array.of(0x10, 0x40)); // memory
  writer.tag(8, WireType.LengthDelimited).string(label); // timeline_label
  writer.tag(10, WireType.Varint).uint32(7); // thread_id
  return writer.finish();
}

/** A DeviceStepStats: device (1) and node_stats (2). */
function deviceStats(device: string, nodes: readonly Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).string(device);
  for (const node of nodes) writer.tag(2, WireType.LengthDelimited).bytes(node);
  return writer.finish();
}

/** A RunMetadata: step_stats (1), whose dev_stats (1) these are, and a cost_graph (2). */
function runMetadata(devices: readonly Uint8Array[]): Uint8Array {
  const stepStats = new BinaryWriter();
  for (const device of devices) stepStats.tag(1, WireType.LengthDelimited).bytes(device);
  const writer = new BinaryWriter();
  writer.tag(1, WireType.LengthDelimited).bytes(stepStats.finish());
  writer.tag(2, WireType.LengthDelimited).bytes(Uint8Array.of(0x0a, 0x00));
  return writer.finish();
}

describe('readOpTimes', () => {
  it('reads the ops of every device, in their order', () => {
    const bytes = runMetadata([
      deviceStats('/job:localhost/replica:0/task:0/device:CPU:0', [
        nodeStats('graph0_MatMul_3', 5, 1234, 'graph0_MatMul_3 = MatMul(x, w)'),
        nodeStats('y', 0, 0, 'y = Identity()'),
      ]),
      deviceStats('/device:GPU:0', [nodeStats('z', 10, 12, 'z = _FusedConv2D(y, w, b)')]),
    ]);
    expect(readOpTimes(bytes)).toEqual([
      { node: 'graph0_MatMul_3', op: 'MatMul', microseconds: 1229 },
      { node: 'y', op: 'Identity', microseconds: 0 },
      { node: 'z', op: '_FusedConv2D', microseconds: 2 },
    ]);
  });

  it('leaves the op empty where the label does not name one', () => {
    const bytes = runMetadata([deviceStats('d', [nodeStats('_SOURCE', 1, 4, 'NoLabel')])]);
    expect(readOpTimes(bytes)).toEqual([{ node: '_SOURCE', op: '', microseconds: 3 }]);
  });

  it('takes absent times for zero, as protobuf does', () => {
    const node = new BinaryWriter().tag(1, WireType.LengthDelimited).string('n').finish();
    expect(readOpTimes(runMetadata([deviceStats('d', [node])]))).toEqual([
      { node: 'n', op: '', microseconds: 0 },
    ]);
  });

  it('gives nothing where no run was traced', () => {
    expect(readOpTimes(new Uint8Array())).toEqual([]);
  });

  it('refuses bytes that end too early', () => {
    const bytes = runMetadata([deviceStats('d', [nodeStats('n', 0, 1, 'n = Neg(x)')])]);
    expect(() => readOpTimes(bytes.subarray(0, bytes.length - 20))).toThrow(RangeError);
  });
});

describe('traceOptions', () => {
  it('is a RunOptions that asks for a full trace', () => {
    expect([...traceOptions]).toEqual([(1 << 3) | WireType.Varint, 3]); // trace_level: FULL_TRACE
  });
});
