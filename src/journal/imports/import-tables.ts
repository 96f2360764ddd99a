/**
 * What a journal remembers of files that were read into it. `request.importId` is empty for requests that were metered
 * live; `imported` keeps the ids of read requests when their rows have become hours.
 */
export const IMPORTS_SCHEMA = `
  ALTER TABLE request ADD COLUMN importId INTEGER;
  CREATE TABLE import (
    importId INTEGER PRIMARY KEY,
    fileKey TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kinds TEXT NOT NULL,
    readAt INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    digest TEXT NOT NULL,
    progress TEXT NOT NULL
  );
  CREATE TABLE imported (
    id TEXT PRIMARY KEY,
    importId INTEGER NOT NULL,
    startedAt INTEGER NOT NULL,
    requests REAL NOT NULL,
    tokens REAL NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE bucket (
    series TEXT NOT NULL,
    startedAt INTEGER NOT NULL,
    endedAt INTEGER NOT NULL,
    grouping TEXT NOT NULL,
    PRIMARY KEY (series, startedAt, endedAt)
  ) WITHOUT ROWID;
  CREATE TABLE sighting (
    key TEXT PRIMARY KEY,
    parent TEXT,
    answer TEXT,
    scope TEXT NOT NULL,
    model TEXT NOT NULL,
    startedAt REAL NOT NULL,
    endedAt REAL NOT NULL,
    failed INTEGER NOT NULL,
    tokens REAL,
    fromSdk INTEGER NOT NULL,
    id TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX sightingByParent ON sighting (parent) WHERE parent IS NOT NULL;
  CREATE INDEX sightingByAnswer ON sighting (answer) WHERE answer IS NOT NULL;
  CREATE INDEX sightingById ON sighting (id);
  CREATE INDEX sightingByModel ON sighting (model, startedAt) WHERE answer IS NULL OR fromSdk = 1;
`;

/** Moves the ids of read requests to `imported` before their rows are summed into hours; takes the last sequence number. */
export const REMEMBER_IMPORTED = `
  INSERT INTO imported (id, importId, startedAt, requests, tokens)
  SELECT id, importId, startedAt, requests,
    coalesce(inputTokens, 0) + coalesce(cacheReadTokens, 0) + coalesce(cacheWriteTokens, 0) +
    coalesce(outputTokens, 0) + coalesce(reasoningTokens, 0)
  FROM request WHERE sequence <= ? AND importId IS NOT NULL
  ON CONFLICT (id) DO NOTHING
`;
