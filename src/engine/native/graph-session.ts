import type { GraphNode } from '../graph/graph-def.js';
import type { TensorMetadata } from './binding-tensors.js';
import type { CApi, Pointer } from './c-api.js';
import { returnFreedMemory } from './c-heap.js';
import { pointerAt, readBuffer } from './c-memory.js';
import { NativeGraph } from './native-graph.js';
import { type OpTime, readOpTimes, traceOptions } from './op-times.js';
import { Status } from './status.js';

/** How a session reaches the tensors of the binding that opened it. */
export interface SessionTensors {
  /** A `TF_Tensor` that shares the memory of a tensor, the caller's to delete. */
  readonly resolve: (id: number) => Pointer;
  /** A tensor of the binding's that takes over a `TF_Tensor`. */
  readonly adopt: (tensor: Pointer) => TensorMetadata;
  readonly delete: (id: number) => void;
}

/** What one run of a graph takes and gives. */
export interface SessionRun {
  /** Ids of tensors, by the names of the placeholders. */
  readonly feeds: ReadonlyMap<string, number>;
  /** What is wanted, as `node:output`. */
  readonly fetches: readonly string[];
  /** Names of nodes that shall run, whatever they give. */
  readonly targets: readonly string[];
}

// ConfigProto { gpu_options (6) { allow_growth (4): true }, allow_soft_placement (7): true }, serialized:
// not the GPU's whole memory at once, and integers for shapes stay with the processor.
const CONFIG = Uint8Array.of(0x32, 0x02, 0x20, 0x01, 0x38, 0x01);

/** A graph that grows, and the variables that live in it. */
export class GraphSession {
  private readonly graph: NativeGraph;
  private readonly session: Pointer;
  private runs = 0;
  private isClosed = false;

  /** @param savedModel The folder of a SavedModel to begin with; null: an empty graph. */
  constructor(
    private readonly api: CApi,
    private readonly status: Status,
    private readonly tensors: SessionTensors,
    savedModel: string | null,
  ) {
    this.graph = new NativeGraph(api, status);
    const options = api.TF_NewSessionOptions();
    const fresh = new Status(api); // success leaves a status here as it was
    try {
      api.TF_SetConfig(options, CONFIG, CONFIG.byteLength, fresh.pointer);
      fresh.check('configure', 'session');
      const graph = this.graph.pointer;
      this.session =
        savedModel === null
          ? api.TF_NewSession(graph, options, status.pointer)
          : loadSession(api, savedModel, graph, options, status.pointer);
      status.check('open', savedModel ?? 'session');
    } catch (error) {
      this.graph.delete();
      throw error;
    } finally {
      fresh.delete();
      api.TF_DeleteSessionOptions(options);
    }
  }

  /** @throws {Error} With TensorFlow's own message, if it does not take the nodes. */
  add(nodes: readonly GraphNode[]): void {
    this.checkOpen('add to');
    this.graph.add(nodes);
  }

  /**
   * Runs a part of the graph in a thread of its own. Until it is done, the tensors that are fed must
   * not be deleted.
   *
   * @returns The tensors that were to be fetched, the caller's to delete.
   * @throws {Error} With TensorFlow's own message, if an op fails; if a tensor or a node is not
   *   there, or the session was closed.
   */
  async run(run: SessionRun): Promise<TensorMetadata[]> {
    return this.start(run, 0, 0);
  }

  /** Runs as {@link run} does, and tells the time of every op; slower. */
  async trace(run: SessionRun): Promise<OpTime[]> {
    const { api } = this;
    const options = api.TF_NewBufferFromString(traceOptions, traceOptions.byteLength);
    const metadata = api.TF_NewBuffer();
    try {
      for (const { id } of await this.start(run, options, metadata)) this.tensors.delete(id);
      return readOpTimes(readBuffer(metadata));
    } finally {
      api.TF_DeleteBuffer(options);
      api.TF_DeleteBuffer(metadata);
    }
  }

  private async start(
    { feeds, fetches, targets }: SessionRun,
    options: Pointer,
    metadata: Pointer,
  ): Promise<TensorMetadata[]> {
    this.checkOpen('run');
    const { api } = this;
    const inputs = this.outputsInC([...feeds.keys()]);
    const outputs = this.outputsInC(fetches);
    const nodes = pointersInC(targets.map((name) => this.graph.operation(name)));
    const given = this.resolveAll([...feeds.values()]);
    const values = pointersInC(given);
    const results = wordsInC(2 * fetches.length);
    const status = new Status(api);
    this.runs += 1;
    try {
      // The callback's scope keeps the arrays alive; koffi does not.
      await new Promise<void>((done, fail) => {
        api.TF_SessionRun.async(
          this.session,
          options,
          inputs,
          values,
          given.length,
          outputs,
          results,
          fetches.length,
          nodes,
          targets.length,
          metadata,
          status.pointer,
          (error) => (error === null ? done() : fail(error)),
        );
      });
      status.check('run', 'graph');
      return this.adoptAll(fetches.map((_, index) => pointerAt(results, index)));
    } finally {
      status.delete();
      for (const tensor of given) api.TF_DeleteTensor(tensor);
      this.runs -= 1;
      if (this.isClosed) this.free();
    }
  }

  /** Gives memory that runs have freed back to the system, which a long training needs now and then. */
  returnFreedMemory(): void {
    returnFreedMemory();
  }

  /** Frees the variables and the graph, as soon as no run is under way. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.free();
  }

  private free(): void {
    if (this.runs > 0) return; // the last run does it
    const { api, status } = this;
    api.TF_CloseSession(this.session, status.pointer);
    api.TF_DeleteSession(this.session, status.pointer);
    this.graph.delete();
    returnFreedMemory();
  }

  private checkOpen(act: string): void {
    if (this.isClosed)
      throw new Error(`Cannot ${act} "session": expected an open one, got one that was closed`);
  }

  /** All of the tensors, or none. */
  private resolveAll(ids: readonly number[]): Pointer[] {
    const resolved: Pointer[] = [];
    try {
      for (const id of ids) resolved.push(this.tensors.resolve(id));
      return resolved;
    } catch (error) {
      for (const tensor of resolved) this.api.TF_DeleteTensor(tensor);
      throw error;
    }
  }

  /** All of the tensors, or none. */
  private adoptAll(pointers: readonly Pointer[]): TensorMetadata[] {
    const adopted: TensorMetadata[] = [];
    try {
      for (const pointer of pointers) adopted.push(this.tensors.adopt(pointer));
      return adopted;
    } catch (error) {
      for (const { id } of adopted) this.tensors.delete(id);
      for (const pointer of pointers.slice(adopted.length + 1)) this.api.TF_DeleteTensor(pointer);
      throw error;
    }
  }

  /** C's `TF_Output[]`. */
  private outputsInC(sources: readonly string[]): Uint32Array {
    const words = wordsInC(4 * sources.length);
    for (const [at, source] of sources.entries()) {
      const { oper, index } = this.graph.output(source);
      words.set([oper % 2 ** 32, Math.floor(oper / 2 ** 32), index], 4 * at);
    }
    return words;
  }
}

/** A session with the graph of a SavedModel, which fills the empty one. */
function loadSession(
  api: CApi,
  folder: string,
  graph: Pointer,
  options: Pointer,
  status: Pointer,
): Pointer {
  return api.TF_LoadSessionFromSavedModel(options, 0, folder, ['serve'], 1, graph, 0, status);
}

/** C's `void *[]`. */
function pointersInC(pointers: readonly Pointer[]): Uint32Array {
  const words = wordsInC(2 * pointers.length);
  for (const [at, pointer] of pointers.entries()) {
    words.set([pointer % 2 ** 32, Math.floor(pointer / 2 ** 32)], 2 * at);
  }
  return words;
}

/** Memory that stays where it is while C works in another thread; that of a small array may move. */
function wordsInC(length: number): Uint32Array {
  return new Uint32Array(new ArrayBuffer(4 * length));
}
