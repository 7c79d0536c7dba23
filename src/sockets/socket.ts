/** One socket: owns its chart and one session at a time, and carries channels. */

import { type Actor, createActor } from 'xstate';
import { JoinQueue } from '../channel/join-queue.js';
import type { Carrier, Rider } from '../channel/hub.js';
import { WriteRoom } from '../channel/write-room.js';
import { ProtocolError } from '../errors.js';
import { type Judgement, type Loss, verdictOf } from '../policy/reconnect.js';
import type { Close } from '../protocol/close.js';
import { type Inbound, readFrame } from '../protocol/inbound.js';
import { heartbeatMessage, type WireMessage } from '../protocol/message.js';
import { PHOENIX_TOPIC } from '../protocol/names.js';
import type { Frame } from '../protocol/serializer.js';
import type { Credentials } from './credentials.js';
import { DialFloor } from './dial-floor.js';
import { Dials } from './dials.js';
import { Heartbeats } from './heartbeats.js';
import { judged } from './judging.js';
import { Renewal } from './renewal.js';
import { Session } from './session.js';
import { SleepWatch } from './sleep-watch.js';
import type { SessionEvent, SocketEffects, SocketState } from './socket-effects.js';
import type { SocketHub } from './socket-hub.js';
import { SocketReport } from './socket-report.js';
import { socketMachine, stateOf } from './socket.machine.js';
import { Usefulness } from './usefulness.js';

export class Socket implements SocketEffects, Carrier {
  /** Counted from 1, for logs. */
  readonly number: number;
  readonly joins: JoinQueue;
  readonly room: WriteRoom;
  readonly riders = new Set<Rider>();
  readonly renewal: Renewal;
  online = false;
  lastFrameAt: number;
  lastJoinReplyAt = 0;
  lastRepliedJoinAt = 0;
  readonly #hub: SocketHub;
  readonly #actor: Actor<typeof socketMachine>;
  readonly #usefulness: Usefulness;
  readonly #sleepWatch: SleepWatch;
  readonly #report: SocketReport;
  readonly #dials: Dials;
  #session: Session | null = null;
  readonly #heartbeats = new Heartbeats();
  readonly floor: DialFloor;
  #state: SocketState = 'disconnected';

  constructor(number: number, hub: SocketHub) {
    this.number = number;
    this.#hub = hub;
    const { clock, reporter, settings } = hub;
    const { inspect } = reporter;
    this.#dials = new Dials(number, hub, (frame) => {
      this.#received(frame);
    });
    this.renewal = new Renewal(this, this.#dials, hub);
    const isShut = () => this.renewal.isHolding;
    this.joins = new JoinQueue(settings.rejoin.concurrency, () => this.online && !isShut());
    this.room = new WriteRoom(clock, () => this.#session?.unwritten ?? 0, isShut);
    this.lastFrameAt = clock.now();
    this.#usefulness = new Usefulness(clock, settings.reconnect.stableAfter);
    this.floor = new DialFloor(clock);
    this.#report = new SocketReport(number, reporter, clock);
    this.#sleepWatch = new SleepWatch(clock, () => {
      this.#actor.send({ type: 'clock.jumped' });
    });
    this.#actor = createActor(socketMachine, { input: this, clock, ...(inspect && { inspect }) });
    this.#actor.subscribe(() => {
      this.#changed();
    });
    this.#actor.start();
  }

  get state(): SocketState {
    return stateOf(this.#actor.getSnapshot());
  }

  /** The name of the transport that it uses. */
  get transport(): string {
    return this.#dials.transport.name;
  }

  get carried(): number {
    return this.riders.size;
  }

  connect(): void {
    this.#dials.forgetFresh();
    this.#actor.send({ type: 'connect' });
  }

  /** Lets the end of the present session be an orderly one: the peer still listens. */
  sayGoodbye(): void {
    this.#session?.sayGoodbye();
  }

  disconnect(): void {
    this.sayGoodbye();
    this.#actor.send({ type: 'disconnect' });
  }

  /** Hangs up for good. */
  stop(): void {
    this.sayGoodbye();
    this.online = false;
    this.#sleepWatch.stop();
    this.#actor.stop();
  }

  /** Other credentials are there. Whether they are news: then no connection will stay that was made without them. */
  renewWith(credentials: Credentials): boolean {
    const isNews = this.renewal.offer(credentials, this.#session);
    if (isNews) this.#actor.send({ type: 'renew' });
    return isNews;
  }

  deny(): void {
    this.#actor.send({ type: 'credentials.denied' });
  }

  pauseReading(): void {
    this.#session?.pause();
    this.#actor.send({ type: 'reading.paused' });
  }

  resumeReading(): void {
    this.#session?.resume();
    this.#actor.send({ type: 'reading.resumed' });
  }

  /** Ends the present session for a fault of this side's own. */
  abandon(cause: Close['cause'], reason: string): void {
    this.#session?.abandon(cause, reason);
  }

  // What a channel asks of its carrier.

  board(rider: Rider): void {
    this.riders.add(rider);
    this.#weigh();
  }

  alight(rider: Rider): void {
    this.riders.delete(rider);
    this.#weigh();
    if (this.riders.size === 0) this.#hub.emptied(this);
  }

  noteJoinReply(writtenAt: number): void {
    this.lastRepliedJoinAt = writtenAt;
    this.lastJoinReplyAt = this.#hub.clock.monotonic();
    this.#dials.fallback.proven();
  }

  send(message: WireMessage): void {
    this.#session?.send(this.#hub.encode(message));
  }

  /** A channel of this socket became joined, or is no longer. */
  count(change: 1 | -1): void {
    this.#usefulness.joined += change;
    this.#weigh();
  }

  /** The message path: decoded once, looked up once. */
  #received(frame: Frame): void {
    this.lastFrameAt = this.#hub.clock.now();
    this.#heartbeats.frameCame();
    const inbound = readFrame(this.#hub.settings.serializer, frame);
    if (inbound instanceof ProtocolError) this.#hub.misread(inbound);
    else if (inbound.topic === PHOENIX_TOPIC) this.#receiveOwn(inbound);
    else this.#hub.received(inbound);
  }

  #receiveOwn(inbound: Inbound): void {
    const sentAt = inbound.kind === 'reply' ? this.#heartbeats.answered(inbound.ref) : undefined;
    if (sentAt === undefined) this.#hub.received(inbound);
    else {
      this.#report.heartbeatAnswered(sentAt);
      this.#dials.fallback.proven();
      this.#actor.send({ type: 'heartbeat.answered' });
    }
  }

  // What the chart reads.

  get connectTimeout(): number {
    return this.#hub.settings.timeouts.connect;
  }

  get credentialsTimeout(): number {
    return this.#hub.settings.timeouts.credentials;
  }

  get heartbeatInterval(): number | null {
    return this.#hub.settings.heartbeat.interval;
  }

  get heartbeatTimeout(): number {
    return this.#hub.settings.heartbeat.timeout;
  }

  isReadingPaused(): boolean {
    return this.#hub.isReadingPaused;
  }

  mayStillAnswer(): boolean {
    return this.#heartbeats.othersCame || this.joins.inFlight > 0;
  }

  stableIn(): number {
    return this.#usefulness.stableIn();
  }

  floorLeft(): number {
    return this.floor.left();
  }

  needsCredentials(close: Close): boolean {
    return verdictOf(this.#hub.settings.reconnect, close) === 'refresh';
  }

  mustVerify(): boolean {
    return this.#dials.fallback.mustVerify;
  }

  judge(loss: Loss): Judgement {
    this.#dials.fallback.ended(loss.close);
    return judged(loss, this.floor, this.#hub);
  }

  // What the chart decides.

  openSession(tell: (event: SessionEvent) => void): () => void {
    this.#heartbeats.forget();
    const session = new Session(this.#dials, tell);
    this.#session = session;
    this.#hub.sessionOpened(session.ended);
    return () => session.hangUp();
  }

  authorize(refused: boolean, attempt: number): void {
    this.#session?.authorize(refused, attempt);
  }

  dial(attempt: number): void {
    this.floor.dialed();
    this.#dials.fallback.dialing();
    this.#report.dialing(attempt);
    this.#session?.dial();
  }

  pushHeartbeat(): void {
    const ref = this.#hub.nextRef();
    this.#heartbeats.sent(ref, this.#report.now);
    try {
      this.send(heartbeatMessage(ref));
    } catch (error) {
      this.#session?.abandon('network', 'the heartbeat could not be encoded', error);
    }
  }

  announceOnline(attempt: number): void {
    this.online = true;
    this.#report.opened(attempt);
    this.lastFrameAt = this.#hub.clock.now();
    this.#weigh();
    this.#sleepWatch.start();
    if (this.#hub.isReadingPaused) this.#session?.pause();
    this.#hub.online(this, attempt);
    for (const rider of this.riders) rider.socketUp();
    const given = this.#dials.takeFresh();
    if (given !== null) this.renewWith(given);
  }

  announceOffline(): void {
    this.online = false;
    this.#heartbeats.forget();
    this.#sleepWatch.stop();
    for (const rider of this.riders) rider.socketDown();
    this.#weigh();
  }

  announceLost(close: Close, failures: number, retryIn: number | null): void {
    this.#hub.lost(this, { close, attempt: failures, retryIn });
  }

  #changed(): void {
    const [from, to] = [this.#state, this.state];
    if (from === to) return;
    this.#state = to;
    this.#hub.changed(this, from, to);
  }

  #weigh(): void {
    this.#usefulness.weigh(this.online, this.riders.size);
  }
}
