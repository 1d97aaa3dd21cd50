// The memory limiter, as upstream.

import { defineProcessor } from '../../../pipeline/component.ts';
import { memoryLimiterConfig } from './config.ts';
import { Limiter } from './limiter.ts';
import { type Memory, processMemory } from './memory.ts';
import { MemoryLimiterProcessor } from './memory-limiter.ts';

/** @param memory the tests' own */
export const memoryLimiterWith = (memory: Memory) =>
  defineProcessor({
    type: 'memory_limiter',
    stability: { traces: 'beta', metrics: 'beta', logs: 'beta' },
    config: memoryLimiterConfig,
    mutatesData: false,
    create: (config, settings, next) => {
      const limiter = settings.shared(() => new Limiter(config, memory, settings.clock));
      return new MemoryLimiterProcessor(config, limiter, settings, next);
    },
  });

export const memoryLimiter = memoryLimiterWith(processMemory);
