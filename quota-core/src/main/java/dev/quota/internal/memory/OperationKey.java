package dev.quota.internal.memory;

import dev.quota.spi.Key;

/** Identifies what one operation did to one key. */
record OperationKey(Key key, String id) {}
