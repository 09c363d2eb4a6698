import { quote } from '../../quote.js';
import { outOfOrder, type PickleMachine } from './pickle-machine.js';

/** What one opcode does to the machine; its operands follow it in the bytes. */
export type Opcode = (machine: PickleMachine) => void;

const longestNumber = 256; // bytes

/**
 * The opcodes of protocols 2 to 5 that build what a state dict is made of, by their byte. `STOP` is not
 * among them: it ends the loop. Those that build sets, instances of classes and buffers are left out.
 *
 * @see CPython, Lib/pickletools.py
 */
export const opcodes: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [0x80, ({ cursor }) => cursor.take(1)], // PROTO
  [0x95, ({ cursor }) => cursor.take(8)], // FRAME
  [code('('), (machine) => machine.mark()],
  [code('0'), (machine) => machine.pop()],
  [code('1'), (machine) => machine.popMarked()],
  [code('2'), (machine) => machine.push(machine.top())],

  [code('N'), (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  [code('K'), (machine) => machine.push(machine.cursor.uint(1))],
  [code('M'), (machine) => machine.push(machine.cursor.uint(2))],
  [code('J'), (machine) => machine.push(machine.cursor.int32())],
  [code('G'), (machine) => machine.push(machine.cursor.float64())],
  [0x8a, (machine) => machine.push(long(machine, machine.cursor.uint(1)))],
  [0x8b, (machine) => machine.push(long(machine, machine.cursor.uint(4)))],

  [0x8c, (machine) => machine.push(text(machine, machine.cursor.uint(1), 'utf8'))],
  [code('X'), (machine) => machine.push(text(machine, machine.cursor.uint(4), 'utf8'))],
  [0x8d, (machine) => machine.push(text(machine, machine.cursor.uint64(), 'utf8'))],
  [code('U'), (machine) => machine.push(text(machine, machine.cursor.uint(1), 'latin1'))],
  [code('T'), (machine) => machine.push(text(machine, machine.cursor.uint(4), 'latin1'))],
  [code('C'), (machine) => machine.push(machine.cursor.take(machine.cursor.uint(1)))],
  [code('B'), (machine) => machine.push(machine.cursor.take(machine.cursor.uint(4)))],
  [0x8e, (machine) => machine.push(machine.cursor.take(machine.cursor.uint64()))],

  [code(')'), (machine) => machine.push([])],
  [code('t'), (machine) => machine.push(machine.popMarked())],
  [0x85, (machine) => machine.push([machine.pop()])],
  [0x86, (machine) => machine.push([machine.pop(), machine.pop()].reverse())],
  [0x87, (machine) => machine.push([machine.pop(), machine.pop(), machine.pop()].reverse())],
  [code(']'), (machine) => machine.push([])],
  [code('l'), (machine) => machine.push(machine.popMarked())],
  [code('a'), (machine) => append(machine, [machine.pop()])],
  [code('e'), (machine) => append(machine, machine.popMarked())],
  [code('}'), (machine) => machine.push(new Map())],
  [code('d'), (machine) => setItems(machine, machine.popMarked(), new Map())],
  [code('s'), (machine) => setItems(machine, [machine.pop(), machine.pop()].reverse())],
  [code('u'), (machine) => setItems(machine, machine.popMarked())],

  [code('q'), (machine) => machine.memo.set(machine.cursor.uint(1), machine.top())],
  [code('r'), (machine) => machine.memo.set(machine.cursor.uint(4), machine.top())],
  [0x94, (machine) => machine.memo.set(machine.memo.size, machine.top())],
  [code('h'), (machine) => machine.push(machine.remembered(machine.cursor.uint(1)))],
  [code('j'), (machine) => machine.push(machine.remembered(machine.cursor.uint(4)))],

  [code('c'), (machine) => pushGlobal(machine, machine.cursor.line(), machine.cursor.line())],
  [0x93, (machine) => pushGlobal(machine, ...([machine.pop(), machine.pop()].reverse() as Names))],
  [code('R'), reduce],
  [code('b'), build],
  [code('Q'), (machine) => machine.push(machine.rules.persistent(machine.pop()))],
]);

type Names = [module: unknown, name: unknown];

function code(sign: string): number {
  return sign.charCodeAt(0);
}

/** A whole number in two's complement, little-endian; a bigint where a number could not hold it. */
function long({ cursor }: PickleMachine, bytes: number): number | bigint {
  if (bytes > longestNumber) throw outOfOrder(`a number of ${longestNumber} bytes at most`);
  const digits = Buffer.from(cursor.take(bytes)).reverse().toString('hex');
  const value = BigInt.asIntN(8 * bytes, BigInt(digits === '' ? 0 : `0x${digits}`));
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function text({ cursor }: PickleMachine, bytes: number, encoding: 'utf8' | 'latin1'): string {
  return Buffer.from(cursor.take(bytes)).toString(encoding);
}

function append(machine: PickleMachine, values: readonly unknown[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw outOfOrder('a list to append to');
  for (const value of values) list.push(value);
}

/** @param fresh A dictionary that is pushed first; without it, the one on top is filled. */
function setItems(
  machine: PickleMachine,
  items: readonly unknown[],
  fresh?: Map<unknown, unknown>,
): void {
  if (fresh !== undefined) machine.push(fresh);
  const dictionary = machine.top();
  if (!(dictionary instanceof Map)) throw outOfOrder('a dictionary to fill');
  if (items.length % 2 === 1) throw outOfOrder('a value for each key');
  for (let at = 0; at < items.length; at += 2) dictionary.set(items[at], items[at + 1]);
}

function pushGlobal(machine: PickleMachine, module: unknown, name: unknown): void {
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw outOfOrder('the name of a class or function');
  }
  machine.push(machine.global(module, name));
}

function reduce(machine: PickleMachine): void {
  const [args, callee] = [machine.pop(), machine.pop()];
  if (typeof callee !== 'function' || !Array.isArray(args)) {
    throw outOfOrder(`a function and its arguments, got ${quote(typeof callee)}`);
  }
  machine.push(callee(args));
}

/** Python gives an OrderedDict its attributes that way, such as `_metadata`: they are left out. */
function build(machine: PickleMachine): void {
  machine.pop();
  if (!(machine.top() instanceof Map)) throw outOfOrder('an OrderedDict to give attributes to');
}
