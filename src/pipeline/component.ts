// What a component is: one definition object a component, found in its folder's factory.ts. From the definition come
// validation, `components`, the reference pages, and the running instances. README.md has a small example of each kind.

import type { Signal } from '../base/signal.ts';
import type { Schema } from '../config/schema/schema.ts';
import type { AppendOutcome, LogEntry, Position } from '../log/contract.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Batch } from './batch.ts';
import type { Clock } from './clock.ts';
import type { Consumer } from './consumer.ts';
import type { DeliveryConfig } from './delivery-config.ts';
import type { Journal } from './journal-contract.ts';
import type { SendOutcome } from './send-outcome.ts';
import type { GraphStatus } from './status.ts';
import type { ComponentTelemetry } from './telemetry/component-telemetry.ts';
import type { MetricFamilies } from './telemetry/metric-families.ts';

/** As upstream's `components` prints it. */
export type Stability = 'stable' | 'beta' | 'alpha' | 'development' | 'deprecated';

export type SignalStability = Partial<Readonly<Record<Signal, Stability>>>;

interface Definition<C> {
  /** The name in configurations, e.g. `tail_sampling`. */
  readonly type: string;
  /** Former names: accepted, with a note that names the present one. */
  readonly deprecatedTypes?: readonly string[];
  /** Not known upstream; marked in `components` and the reference. */
  readonly ours?: boolean;
  readonly config: Schema<C>;
}

/** What every instance is given. */
export interface ComponentSettings {
  /** `type` or `type/name`. */
  readonly id: string;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly telemetry: ComponentTelemetry;
  /** For counters of the component's own, under upstream's names. */
  readonly metrics: MetricFamilies;
  /** A running extension by id, started before; throws where the configuration does not have it. */
  extension(id: string): Extension;
  /**
   * One object for all instances of this id: a server or a file that several signals share. Made by the first that asks,
   * gone when the component's configuration changes.
   */
  shared<T>(make: () => T): T;
}

/** Everything that runs. Called once each, `stop` also after a `start` that failed half-way. */
export interface Running {
  /** Throws AppError when it cannot run; the whole start then fails. */
  start?(): void | Promise<void>;
  /** Ends everything: no timer, handle or promise is left. */
  stop?(): void | Promise<void>;
}

// Receivers ---------------------------------------------------------------------------------------------------------

export interface Delay {
  readonly retryAfterMs: number;
  readonly reason: string;
  /** Told by whoever refuses a request for this reason how many items that were. */
  readonly refused?: ((items: number) => void) | undefined;
}

export interface Received {
  readonly signal: Signal;
  /** A valid `Export*ServiceRequest`: checked by `checkRequest`, or written by `src/otlp`. Not changed any more. */
  readonly bytes: Uint8Array;
  readonly items: number;
  /** Who sent it: address without port; the target of a scrape. */
  readonly peer: string;
  /** How it came, for the counters: `http` (default), `grpc`, `udp`, `scrape`. */
  readonly transport?: string;
  /** Bytes as they came over the wire; default: of `bytes`. */
  readonly packedBytes?: number;
  /** All headers, names in lower case; those that some component names are kept. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export type Accepted =
  | { readonly kind: 'accepted' }
  /** The same bytes from the same sender within five minutes: answer with success. */
  | { readonly kind: 'repeated' }
  /** 503 or UNAVAILABLE, with the delay. Counted as refused. */
  | ({ readonly kind: 'busy' } & Delay);

/** The way into the log. */
export interface Door {
  /** Into the log; then the sender may be told that it succeeded. Counts by itself. Throws AppError on a failing disk. */
  accept(received: Received): Promise<Accepted>;
  /** Why nothing is taken at present; asked by receivers that want to know before they unpack a request. */
  refusal(signal: Signal): Delay | undefined;
  /** The log itself, for receivers that count by themselves. */
  readonly append: (entry: LogEntry) => Promise<AppendOutcome>;
  /** Request headers to keep, in lower case. */
  readonly keptHeaders: readonly string[];
}

export interface ReceiverSettings extends ComponentSettings {
  /** Signals that some pipeline receives from here. What comes of another one is answered as unimplemented. */
  readonly signals: ReadonlySet<Signal>;
  readonly door: Door;
  /** By signal; `telemetry` is that of the first. */
  telemetryOf(signal: Signal): ComponentTelemetry;
}

/** Where a receiver, exporter or extension listens, with the real port where 0 was asked for. */
export interface ListensAt {
  /** `grpc`, `http`, `metrics` … */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Something that a sender does wrong, with what to do about it. */
export interface SenderFinding {
  readonly code: string;
  readonly severity: 'error' | 'warn' | 'info';
  readonly peer: string;
  readonly text: string;
  readonly fix: string;
  readonly detail: string;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface SenderCounts {
  readonly peer: string;
  readonly signal: Signal;
  readonly transport: string;
  readonly requests: number;
  readonly bytes: number;
  readonly accepted: number;
  readonly repeated: number;
  readonly refused: number;
  readonly lastMs: number;
}

/** One instance an id, for all its signals. `stop` takes no more and answers what is under way. */
export interface Receiver extends Running {
  listening?(): readonly ListensAt[];
  /** Who sends, and what is wrong with it; for the Pipelines page. */
  senders?(): {
    readonly rows: readonly SenderCounts[];
    readonly findings: readonly SenderFinding[];
  };
}

export interface ReceiverDefinition<C = unknown> extends Definition<C> {
  readonly kind: 'receiver';
  readonly stability: SignalStability;
  create(config: C, settings: ReceiverSettings): Receiver;
}

// Processors --------------------------------------------------------------------------------------------------------

export interface ProcessorSettings extends ComponentSettings {
  readonly signal: Signal;
  readonly pipeline: string;
  /** First in its pipeline: `admission` is asked before the log, and `consume` need not hold anything up. */
  readonly atTheDoor: boolean;
  /** Records that do not outlive the process unless written down: which traces were decided. */
  journal(): Promise<Journal>;
  /**
   * Fetches the bytes of records again, in the order asked for; undefined for one that is gone. Absent where a processor
   * before this one changes data: then the log does not have what came in here.
   */
  readonly readBack:
    | ((positions: readonly Position[]) => Promise<Array<Uint8Array | undefined>>)
    | undefined;
  /** Sets a batch aside in the dead letters, counts it as failed, and releases it. */
  fail(batch: Batch, reason: string): void;
}

/** One instance a pipeline, always of one signal. */
export interface Processor extends Consumer, Running {
  /**
   * Passes on what only waits for company or for a timer, as a batch does. Called when the pipeline stops and where it
   * must come to rest. Not what still has to be decided: that keeps its hold and is read again at the next start.
   */
  flush?(): void | Promise<void>;
  /** Asked for each request before it goes into the log, where `atTheDoor`: memory limits. */
  admission?(): Delay | undefined;
  /** Items that it holds, for the accounting. */
  held?(): number;
}

export interface ProcessorDefinition<C = unknown> extends Definition<C> {
  readonly kind: 'processor';
  readonly stability: SignalStability;
  /** Items that leave differ from those that came: then records cannot be read back behind it. */
  readonly mutatesData: boolean;
  /** Request headers that this configuration looks at. */
  headers?(config: C): readonly string[];
  create(config: C, settings: ProcessorSettings, next: Consumer): Processor;
}

// Connectors --------------------------------------------------------------------------------------------------------

export interface ConnectorSettings extends ComponentSettings {
  readonly from: Signal;
  readonly to: Signal;
  /** Each pipeline behind it, for connectors that choose; `next` is all of them. */
  readonly pipelines: ReadonlyMap<string, Consumer>;
}

/** One instance for each pair of signals. A batch passed on with its sources is delivered at least once behind it too. */
export interface Connector extends Consumer, Running {
  /** As a processor's. */
  flush?(): void | Promise<void>;
  held?(): number;
}

export interface Join {
  readonly from: Signal;
  readonly to: Signal;
  readonly stability: Stability;
}

export interface ConnectorDefinition<C = unknown> extends Definition<C> {
  readonly kind: 'connector';
  readonly joins: readonly Join[];
  /** False: it takes in and computes something else, as `spanmetrics`. True: what comes in goes out, as `forward`. */
  readonly forwards: boolean;
  /** Request headers that this configuration looks at. */
  headers?(config: C): readonly string[];
  create(config: C, settings: ConnectorSettings, next: Consumer): Connector;
}

// Exporters ---------------------------------------------------------------------------------------------------------

/** The store of this program. */
export interface StoreSink {
  /** Resolves when the batch will be stored, whatever happens to the process. Waits for room; in the order of the calls. */
  put(batch: Batch, signal: AbortSignal): Promise<void>;
}

export interface ExporterSettings extends ComponentSettings {
  readonly signal: Signal;
  /** Undefined where nothing is kept: `throughline collect`. */
  readonly store: StoreSink | undefined;
}

/** One instance for each signal. Queue, retries, timeout, dead letters and counters are around it, not in it. */
export interface Exporter extends Running {
  /**
   * One attempt. Not to be thrown out of: what goes wrong is an outcome; a throw is logged and tried again.
   * The batch is not to be released here, nor kept after the promise.
   * @param signal aborted at the timeout and when stopping.
   */
  send(batch: Batch, signal: AbortSignal): Promise<SendOutcome>;
  /** Of an exporter that others fetch from. */
  listening?(): readonly ListensAt[];
}

export interface ExporterDefinition<C = unknown> extends Definition<C> {
  readonly kind: 'exporter';
  readonly stability: SignalStability;
  /** `timeout`, `sending_queue` and `retry_on_failure` of the configuration. Absent: one batch at a time, in order, without a queue. */
  delivery?(config: C): DeliveryConfig;
  /** Request headers that this configuration looks at. */
  headers?(config: C): readonly string[];
  create(config: C, settings: ExporterSettings): Exporter;
}

// Extensions --------------------------------------------------------------------------------------------------------

export interface Host {
  status(): GraphStatus;
  /** Every receiver listens and no component failed to start. */
  ready(): boolean;
  /** Reads the configuration again, as SIGHUP does. */
  reload(): Promise<void>;
}

export interface ExtensionSettings extends ComponentSettings {
  readonly host: Host;
}

export type Credentials = Readonly<Record<string, string>>;

/** What others can use an extension for is there; the rest is undefined. */
export interface Extension extends Running {
  /** `auth.authenticator` of a server. Undefined: let in; else why not. */
  authenticate?(
    headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  ): Promise<string | undefined> | string | undefined;
  /** `auth.authenticator` of a client: headers for each request. */
  credentials?(): Promise<Credentials> | Credentials;
  /** `storage` of a queue: the folder for a component; made if missing. */
  folder?(component: string): Promise<string>;
  /** Called when all pipelines run, and when they are about to stop. */
  ready?(): void | Promise<void>;
  notReady?(): void | Promise<void>;
}

export interface ExtensionDefinition<C = unknown> extends Definition<C> {
  readonly kind: 'extension';
  readonly stability: Stability;
  create(config: C, settings: ExtensionSettings): Extension;
}

// Definitions -------------------------------------------------------------------------------------------------------

export type AnyDefinition =
  | ReceiverDefinition
  | ProcessorDefinition
  | ConnectorDefinition
  | ExporterDefinition
  | ExtensionDefinition;

// The configuration's type is known in the component's folder only. What the engine hands to `create` was decoded by the
// same definition's schema, so the type may be forgotten here; method parameters are compared both ways for that.

export const defineReceiver = <C>(
  definition: Omit<ReceiverDefinition<C>, 'kind'>,
): ReceiverDefinition => ({ ...definition, kind: 'receiver' }) as ReceiverDefinition<C>;

export const defineProcessor = <C>(
  definition: Omit<ProcessorDefinition<C>, 'kind'>,
): ProcessorDefinition => ({ ...definition, kind: 'processor' }) as ProcessorDefinition<C>;

export const defineConnector = <C>(
  definition: Omit<ConnectorDefinition<C>, 'kind'>,
): ConnectorDefinition => ({ ...definition, kind: 'connector' }) as ConnectorDefinition<C>;

export const defineExporter = <C>(
  definition: Omit<ExporterDefinition<C>, 'kind'>,
): ExporterDefinition => ({ ...definition, kind: 'exporter' }) as ExporterDefinition<C>;

export const defineExtension = <C>(
  definition: Omit<ExtensionDefinition<C>, 'kind'>,
): ExtensionDefinition => ({ ...definition, kind: 'extension' }) as ExtensionDefinition<C>;
