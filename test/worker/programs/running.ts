/** A worker as a process, in one of many predicaments: `runWorker` with the options that the test gives as JSON. */

import {
  type ClientOptions,
  GenSocketClient,
  type Result,
  type RunOptions,
  runWorker,
  StoreError,
  type SuperviseOptions,
  UnauthorizedError,
} from '../../../src/index.js';
import { say } from '../../support/say.js';

type Options = ClientOptions & SuperviseOptions & RunOptions;

class Idle extends GenSocketClient {
  override init(): void {
    this.join('room:1');
  }

  override handleJoined(): Result {
    say('joined');
  }
}

/** A push that nobody answers. */
class Unanswered extends Idle {
  override handleJoined(): void {
    void this.push('room:1', 'silence', {}, { timeout: '1h' })
      .sent()
      .then(() => {
        say('pushed');
      });
  }

  /** Who hears replies waits for them. */
  override handleReply(): void {
    say('replied');
  }
}

/** A callback that never ends, and a turn that waits for it. */
class Hanging extends Idle {
  override async handleJoined(): Promise<never> {
    say('joined');
    this.after(0, () => undefined);
    return await new Promise(() => undefined);
  }
}

class Crashing extends Idle {
  override handleJoined(): void {
    throw new TypeError('of the worker');
  }
}

class Storing extends Idle {
  constructor() {
    super();
    throw new StoreError('PHX_STORE_FAILED', 'the disk is full');
  }
}

/** What every life would meet again. */
class Doomed extends Idle {
  override init(): void {
    throw new StoreError('PHX_STORE_CORRUPT', '/var/outbox cannot be read as a store');
  }
}

class Misled extends Idle {
  override init(): void {
    this.join('');
  }
}

class Unset extends Idle {
  constructor() {
    super();
    throw new Error('DATABASE_URL is not set');
  }
}

class Rejecting extends Idle {
  override handleJoined(): void {
    void Promise.reject(new TypeError('nobody waits'));
  }
}

class Throwing extends Idle {
  override handleJoined(): void {
    setImmediate(() => {
      throw new RangeError('nobody catches');
    });
  }
}

/** It ends only when it is abandoned, and an error that nothing catches asks for that. */
class Failing extends Hanging {
  override async handleJoined(): Promise<never> {
    setImmediate(() => {
      throw new RangeError('nobody catches');
    });
    return await super.handleJoined();
  }
}

/** Says after each signal how many others listen to it by then. */
class Listening extends Hanging {
  override init(): void {
    super.init();
    process.on('SIGTERM', () => {
      setImmediate(() => {
        say('listeners', process.listenerCount('SIGTERM') - 1);
      });
    });
  }
}

/** Ends by itself, and then says how many still listen to a signal. */
class Counting extends Idle {
  override handleJoined(): void {
    this.stop();
  }
}

/** Something else keeps the process alive. */
class Busy extends Idle {
  override init(): void {
    super.init();
    setInterval(() => undefined, 1000);
  }
}

const WORKERS = {
  Idle,
  Unanswered,
  Hanging,
  Crashing,
  Storing,
  Doomed,
  Misled,
  Unset,
  Rejecting,
  Throwing,
  Failing,
  Listening,
  Counting,
  Busy,
};

const [name = '', json = '{}', revoked = ''] = process.argv.slice(2);
const refuse = (): never => {
  throw new UnauthorizedError('revoked');
};
const options: Options = {
  ...(JSON.parse(json) as Options),
  ...(revoked === 'revoked' && { credentials: refuse }),
};
const code = await runWorker(() => new WORKERS[name as keyof typeof WORKERS](), options);
say('code', code);
if (name === 'Counting') say('listeners', process.listenerCount('SIGTERM'));
