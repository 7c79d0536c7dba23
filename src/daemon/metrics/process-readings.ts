/** The process in numbers, under the names that clients of Prometheus agree on; nothing runs between two scrapes. */

import { performance } from 'node:perf_hooks';

const MICROSECONDS = 1e6;
const MS = 1000;

type ProcessReading = {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly read: () => number;
};

const STARTED_AT = (Date.now() - process.uptime() * MS) / MS;

export const processReadings: readonly ProcessReading[] = [
  {
    name: 'process_cpu_seconds_total',
    help: 'CPU time used, user and system.',
    type: 'counter',
    read: (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / MICROSECONDS;
    },
  },
  {
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    type: 'gauge',
    read: () => process.memoryUsage.rss(),
  },
  {
    name: 'process_start_time_seconds',
    help: 'Start of the process since the epoch.',
    type: 'gauge',
    read: () => STARTED_AT,
  },
  {
    name: 'nodejs_heap_size_used_bytes',
    help: 'Heap in use.',
    type: 'gauge',
    read: () => process.memoryUsage().heapUsed,
  },
  {
    name: 'nodejs_eventloop_utilization',
    help: 'Part of the time that the event loop was busy, since the start.',
    type: 'gauge',
    read: () => performance.eventLoopUtilization().utilization,
  },
];
