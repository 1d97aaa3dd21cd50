// file_storage: a folder in which components keep what must outlive the process.

import { defineExtension } from '../../../pipeline/component.ts';
import { fileStorageConfig } from './config.ts';
import { FileStorage } from './file-storage.ts';

export const fileStorage = defineExtension({
  type: 'file_storage',
  stability: 'beta',
  config: fileStorageConfig,
  create: (config) => new FileStorage(config),
});
