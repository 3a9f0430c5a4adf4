package dev.quota.internal.memory;

import dev.quota.spi.Key;

/**
 * Names what one operation did to one key. The key is part of it because several share one set of
 * counts at the bound on keys.
 */
record OperationKey(Key key, String id) {}
